import { isIpv6, type UdpEndpoint } from '../base/address.ts';
import { isZero, toHex } from '../base/bytes.ts';
import type { IkeError } from '../base/errors.ts';
import { type Instant } from '../base/instant.ts';
import { KEEPALIVE_DATAGRAM } from '../natt/keepalive.ts';
import { MARKER_BYTES, withMarker } from '../natt/demultiplex.ts';
import type { Received } from './received.ts';
import type { DropReason, Role, SaReference } from './events.ts';
import type { Cookies, OutgoingPayload, Output } from './exchange/exchange.ts';
import { failureOf } from './failure.ts';
import type { CipherChain } from './keys/cipher-chain.ts';
import type { Settings } from './options.ts';
import type { Outbox } from './outbox.ts';
import type { ReplyAccount } from './reply-account.ts';
import type { SignatureAccount } from './signature-work.ts';
import { inFragments } from './wire/fragmenting.ts';
import { readHeader } from './wire/header.ts';
import { frameMessage, writeChain, writeMessage } from './wire/message.ts';
import { exchangeName, FLAG, payloadName } from './wire/numbers.ts';

/** In front of a UDP payload. */
const IPV4_AND_UDP = 20 + 8;
const IPV6_AND_UDP = 40 + 8;

interface About {
  readonly exchangeType: number;
  readonly messageId: number;
}

/** Between which ends and under which cookies the messages of one ISAKMP SA go; what of it is worth an event. */
export class Channel {
  readonly role: Role;
  readonly #outbox: Outbox;
  readonly #nattPort: number;
  readonly #now: () => Instant;
  #reference: { readonly of: Cookies; readonly sa: SaReference } | undefined;
  cookies: Cookies;
  local: UdpEndpoint;
  remote: UdpEndpoint;
  /** When something last left for the peer. */
  lastSent: Instant;
  /** The name of the connection, once it is known. */
  connection: string | undefined;
  /** Octets of an IP packet; undefined where none are sent or taken. */
  #fragmentSize: number | undefined;
  /** Of messages that went in fragments, each its own, however often it goes. */
  #fragmentIds: WeakMap<Uint8Array, number> | undefined;
  #lastFragmentId = 0;
  /** What may still leave, while the peer's address is only claimed; undefined once it is shown, and where we begin. */
  account: ReplyAccount | undefined;
  /** What signatures may cost for a peer that began and has not proved itself. */
  signatures: SignatureAccount | undefined;

  constructor(
    given: Pick<Channel, 'role' | 'cookies' | 'local' | 'remote' | 'connection'> & {
      readonly account?: ReplyAccount;
      readonly signatures?: SignatureAccount;
    },
    host: { readonly outbox: Outbox; readonly settings: Pick<Settings, 'ports'>; now(): Instant },
  ) {
    this.role = given.role;
    this.cookies = given.cookies;
    this.local = given.local;
    this.remote = given.remote;
    this.connection = given.connection;
    this.account = given.account;
    this.signatures = given.signatures;
    this.#outbox = host.outbox;
    this.#nattPort = host.settings.ports.natt;
    this.#now = () => host.now();
    this.lastSent = host.now();
  }

  /** The same object as long as nothing in it changes: every event holds one. */
  get reference(): SaReference {
    const { cookies, connection, role } = this;
    if (this.#reference?.of === cookies && this.#reference.sa.connection === connection) return this.#reference.sa;
    const [initiatorCookie, responderCookie] = [toHex(cookies.initiator), toHex(cookies.responder)];
    const sa = { connection, role, initiatorCookie, responderCookie };
    this.#reference = { of: cookies, sa };
    return sa;
  }

  /** Whether what a message of the peer leads to may begin. */
  mayBegin(outputs: readonly Output[], now: Instant): boolean {
    return this.signatures?.allows(outputs, now) !== false;
  }

  /** One ISAKMP message, encrypted where there is a chain. */
  frame(
    about: About,
    payloads: readonly OutgoingPayload[],
    chain?: CipherChain,
  ): { bytes: Uint8Array; next: CipherChain | undefined } {
    const { initiator, responder } = this.cookies;
    const { exchangeType, messageId } = about;
    const header = { initiatorCookie: initiator, responderCookie: responder, exchangeType, messageId };
    if (chain === undefined) return { bytes: writeMessage({ flags: 0, ...header }, payloads), next: undefined };
    const { ciphertext, next } = chain.encrypt(writeChain(payloads));
    const nextPayload = payloads[0]?.type ?? 0;
    return {
      bytes: frameMessage({ flags: FLAG.ENCRYPTION, nextPayload, ...header }, ciphertext),
      next,
    };
  }

  /** The two ends are these from here on. */
  move({ local, remote }: Pick<Channel, 'local' | 'remote'>): void {
    this.local = local;
    this.remote = remote;
  }

  get fragmentSize(): number | undefined {
    return this.#fragmentSize;
  }
  useFragments(size: number | undefined): void {
    this.#fragmentSize = size;
  }

  transmit(bytes: Uint8Array, about: About & { payloads: readonly OutgoingPayload[]; encrypted: boolean }): void {
    if (this.#send(bytes)) this.#message('message.sent', about, about.payloads, bytes.length, about.encrypted, this);
  }

  /** The same bytes once more, all fragments of them, to where the peer is now. */
  retransmit(bytes: Uint8Array, about: About): void {
    if (!this.#send(bytes)) return;
    const encrypted = (readHeader(bytes).flags & FLAG.ENCRYPTION) !== 0;
    this.#message('message.resent', about, [], bytes.length, encrypted, this);
  }

  received({ header, bytes, local, remote }: Received, payloads: readonly { readonly type: number }[]): void {
    const encrypted = (header.flags & FLAG.ENCRYPTION) !== 0;
    this.#message('message.received', header, payloads, bytes.length, encrypted, { local, remote });
  }

  dropped(reason: DropReason, remote: UdpEndpoint, error?: IkeError): void {
    this.#outbox.event({
      name: 'datagram.dropped',
      reason,
      remote,
      ...(this.connection === undefined ? {} : { connection: this.connection }),
      ...(error === undefined ? {} : { failure: failureOf(error) }),
    });
  }

  /** One octet that keeps a NAT's mapping; the peer ignores it (RFC 3948 §2.3). */
  keepAlive(): void {
    const { local, remote } = this;
    this.lastSent = this.#now();
    this.#outbox.push({ type: 'send', datagram: { local, remote, bytes: KEEPALIVE_DATAGRAM } });
  }

  #send(bytes: Uint8Array): boolean {
    const { local, remote } = this;
    const marked = local.port === this.#nattPort;
    const datagrams = this.#inFragments(bytes, marked);
    const octets = datagrams.reduce((sum, { length }) => sum + length, 0);
    if (this.account?.maySend(octets) === false) {
      this.dropped('amplification', remote);
      return false;
    }
    this.lastSent = this.#now();
    for (const datagram of datagrams) {
      const datagramBytes = marked ? withMarker(datagram) : datagram;
      this.#outbox.push({ type: 'send', datagram: { local, remote, bytes: datagramBytes } });
    }
    return true;
  }

  #inFragments(message: Uint8Array, marked: boolean): readonly Uint8Array[] {
    // A first message never: its fragments would belong to no SA.
    if (this.#fragmentSize === undefined || isZero(this.cookies.responder)) return [message];
    const headers = isIpv6(this.remote.address) ? IPV6_AND_UDP : IPV4_AND_UDP;
    const size = this.#fragmentSize - headers - (marked ? MARKER_BYTES : 0);
    if (message.length <= size) return [message];
    // The same at each sending: what arrived of one completes what arrived of the next.
    this.#fragmentIds ??= new WeakMap();
    const id = this.#fragmentIds.get(message) ?? ++this.#lastFragmentId & 0xffff;
    this.#fragmentIds.set(message, id);
    return inFragments(message, size, id);
  }

  #message(
    name: 'message.sent' | 'message.resent' | 'message.received',
    { exchangeType, messageId }: About,
    payloads: readonly { readonly type: number }[],
    bytes: number,
    encrypted: boolean,
    { local, remote }: { local: UdpEndpoint; remote: UdpEndpoint },
  ): void {
    const exchange = exchangeName(exchangeType);
    const names = payloads.map(({ type }) => payloadName(type));
    this.#outbox.event({
      name,
      sa: this.reference,
      exchange,
      messageId,
      payloads: names,
      bytes,
      encrypted,
      local,
      remote,
    });
  }
}
