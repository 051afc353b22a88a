import { isZero } from '../base/bytes.ts';
import { assertNever, IkeError } from '../base/errors.ts';
import { after, earlier, type Instant } from '../base/instant.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { Channel } from './channel.ts';
import { Conversation } from './conversation.ts';
import type { ConversationHost, Exchange } from './conversation-host.ts';
import type { Job } from './effects.ts';
import { Doubt } from './doubt.ts';
import { type Established, established } from './established.ts';
import type { DropReason } from './events.ts';
import type { Context, Machine, Named, Output, OutgoingPayload } from './exchange/exchange.ts';
import { isakmpDelete, notification, protectedInformational } from './exchange/informational.ts';
import { initialContactNotification } from './exchange/initial-contact.ts';
import type { Phase1Outcome } from './exchange/main-mode.ts';
import { chainAfterPhase1, type Phase1Keys, wipePhase1Keys } from './exchange/phase1-keys.ts';
import { failureOf } from './failure.ts';
import type { CipherChain } from './keys/cipher-chain.ts';
import { keyLogOf } from './key-log.ts';
import { likelyCause } from './likely-cause.ts';
import { nextKeepalive } from '../natt/keepalive.ts';
import type { ConnectionPolicy, Phase1Exchange } from './negotiate/policy.ts';
import { phase1Initiator, phase1Responder, type Phase1State } from './phase1-exchange.ts';
import { MessageIds } from './message-ids.ts';
import type { Prelude } from './prelude.ts';
import type { Settings } from './options.ts';
import type { Outbox } from './outbox.ts';
import type { Received } from './received.ts';
import { EXCHANGE, PROTOCOL } from './wire/numbers.ts';

/** What an ISAKMP SA tells the endpoint that has it. */
export interface IsakmpSaHost {
  readonly settings: Settings;
  readonly outbox: Outbox;
  startJob(job: Job, exchange: Exchange, sa: IsakmpSa): void;
  /** Whether an SA of this connection stands, in phase 1 or 2. */
  holds(connection: string): boolean;
  seen(sa: IsakmpSa, received: Received): void;
  phase1Ended(sa: IsakmpSa, end: { outcome: Phase1Outcome } | { error: IkeError }, now: Instant): void;
}

/** One ISAKMP SA, from its first message on: its exchanges, its keys, its place in the network (RFC 2408 §2.1). */
export class IsakmpSa implements ConversationHost {
  readonly channel: Channel;
  readonly created: Instant;
  readonly #host: IsakmpSaHost;
  /** Phase 1 has message id 0, RFC 2408 §3.1. */
  readonly exchanges = new Map<number, Exchange>();
  readonly messageIds: MessageIds;
  /** When ended exchanges are forgotten. */
  readonly #lingering = new Map<number, Instant>();
  #early: Phase1Keys | undefined;
  /** Nothing is said under it any more: its keys are wiped. */
  isGone = false;
  /** Why phase 1 can come to nothing, where the peer is not to see that. */
  #refusal: IkeError | undefined;
  #logged = false;
  /** The exchange of its phase 1. */
  exchange: Phase1Exchange = 'main';
  established: Established | undefined;
  /** XAUTH and Mode Config, where there is any of it. */
  prelude: Prelude | undefined;
  /** Whether phase 2 may begin: phase 1 has proved the peer, and so has what comes between the two. */
  isOpen = false;
  readonly doubt = new Doubt();
  /** What unproved messages say about why it does not get on: the diagnosis when it fails. */
  hint: IkeError | undefined;

  constructor(host: IsakmpSaHost, channel: Channel, now: Instant) {
    this.#host = host;
    this.channel = channel;
    this.created = now;
    this.messageIds = new MessageIds(host.settings.random, host.settings.limits.messageIds);
  }

  get crypto(): CryptoProvider {
    return this.#host.settings.crypto;
  }
  get phase1State(): string {
    if (this.established !== undefined && !this.isOpen) return this.prelude?.stateName ?? 'established';
    return this.exchanges.get(0)?.stateName ?? (this.established === undefined ? 'failed' : 'established');
  }

  open(): void {
    this.isOpen = true;
    if (this.established !== undefined) this.#log(this.established.keys);
  }

  /** Sends the first message of phase 1, as soon as it can. */
  initiate(connection: ConnectionPolicy, now: Instant): void {
    this.exchange = connection.exchange ?? 'main';
    const phase1 = phase1Initiator(this, connection, (state, at) => this.#phase1Moved(state, at));
    phase1.input({ type: 'begin' }, now);
  }

  /** Takes the first message of phase 1. Whether it goes on from there. */
  respond(exchange: Phase1Exchange, candidates: readonly ConnectionPolicy[], first: Received, now: Instant): boolean {
    this.exchange = exchange;
    const phase1 = phase1Responder(this, exchange, candidates, (state, at) => this.#phase1Moved(state, at));
    const { stateName } = phase1;
    phase1.receive(first, now);
    return !phase1.ended && phase1.stateName !== stateName;
  }

  /** Opens an exchange of its own message id under this SA; `moved` hears of every state. `chain` where it goes on in its middle. */
  converse<S extends Named>(
    machine: Machine<S>,
    state: S,
    exchangeType: number,
    messageId: number,
    moved: (state: S, now: Instant) => void,
    chain?: CipherChain,
  ): Conversation<S> {
    const conversation: Conversation<S> = new Conversation<S>({
      chain: chain ?? this.chainFor(messageId),
      silence: (likely) => this.#silence(likely),
      moved: (next, now) => {
        moved(next, now);
        if (conversation.ended) this.#lingering.set(messageId, after(now, this.#host.settings.limits.linger));
      },
      ...{ machine, state, exchangeType, messageId, host: this, schedule: this.#host.settings.retransmit },
    });
    this.exchanges.set(messageId, conversation);
    return conversation;
  }

  /** The chain for a message id that is new here: its IV comes from the end of phase 1. */
  chainFor(messageId: number): CipherChain | undefined {
    const { keys } = this;
    const lastBlock = this.established?.lastBlock ?? this.exchanges.get(0)?.chain?.iv;
    if (keys === undefined || lastBlock === undefined) return undefined;
    return chainAfterPhase1(this.crypto, keys, lastBlock, messageId);
  }

  /** The keys under which an Informational can be read; before phase 1 ends only where there can be no others. */
  get keys(): Phase1Keys | undefined {
    return this.isGone ? undefined : (this.established?.keys ?? this.#early);
  }

  /** An Informational under the keys of this SA; silently nothing where there are none. */
  inform(content: OutgoingPayload): void {
    const { keys } = this;
    const messageId = this.messageIds.fresh('informational');
    const chain = this.chainFor(messageId);
    if (keys === undefined || chain === undefined) return;
    const payloads = protectedInformational(this.crypto, keys, messageId, content);
    const about = { exchangeType: EXCHANGE.INFORMATIONAL, messageId };
    this.channel.transmit(this.channel.frame(about, payloads, chain).bytes, { payloads, encrypted: true, ...about });
  }

  /** A Notification that nothing protects, about an attempt of the peer that ended: no more than a hint for it. */
  hintToPeer(notifyType: number): void {
    const payloads = [notification(notifyType, PROTOCOL.ISAKMP, new Uint8Array())];
    const about = { exchangeType: EXCHANGE.INFORMATIONAL, messageId: this.messageIds.fresh('informational') };
    this.channel.transmit(this.channel.frame(about, payloads).bytes, { payloads, encrypted: false, ...about });
  }

  tick(now: Instant): void {
    for (const exchange of [...this.exchanges.values()]) exchange.tick(now);
    for (const [messageId, until] of this.#lingering) {
      if (until > now) continue;
      this.#lingering.delete(messageId);
      this.exchanges.delete(messageId);
    }
    this.prelude?.tick(now);
    const keepalive = this.#keepaliveDue();
    if (keepalive !== undefined && keepalive <= now) this.channel.keepAlive();
  }

  /** The peer has had its time to prove itself. */
  expire(now: Instant): void {
    this.abandon(this.#silence(), now);
  }

  deadline(): Instant | undefined {
    let at = earlier(this.#keepaliveDue(), this.prelude?.deadline());
    for (const exchange of this.exchanges.values()) at = earlier(at, exchange.deadline());
    for (const until of this.#lingering.values()) at = earlier(at, until);
    return at;
  }

  /** What is still under way ends, because the SA does. */
  cancel(reason: string, now: Instant): void {
    if ([...this.exchanges.values()].some(({ ended }) => !ended))
      this.abandon(new IkeError('CANCELLED', { reason }), now);
  }

  abandon(error: IkeError, now: Instant): void {
    for (const exchange of [...this.exchanges.values()]) exchange.abandon(error, now);
    this.prelude?.abandon(error, now);
  }

  context(now: Instant): Context {
    const { cookies, local, remote, reference } = this.channel;
    const { crypto, signatures, random, ports } = this.#host.settings;
    return {
      now,
      random,
      crypto,
      signatures,
      cookies,
      local,
      remote,
      replyRoom: this.channel.account?.room ?? Number.POSITIVE_INFINITY,
      nattPorts: { local: ports.natt, remote: ports.natt },
      holds: (connection) => this.#host.holds(connection),
      sa: reference,
    };
  }
  received(received: Received, payloads: readonly { readonly type: number }[]): void {
    // The responder's cookie is the one of the first answer that was acceptable; later ones of others are unknown cookies.
    if (isZero(this.channel.cookies.responder))
      this.channel.cookies = { ...this.channel.cookies, responder: received.header.responderCookie.slice() };
    this.channel.received(received, payloads);
    if (this.established !== undefined) this.#host.seen(this, received);
  }
  startJob(job: Job, exchange: Exchange): void {
    this.#host.startJob(job, exchange, this);
  }
  dropped(reason: DropReason, remote: Received['remote'], error?: IkeError): void {
    this.channel.dropped(reason, remote, error);
    if (this.established !== undefined) return;
    const likely = likelyCause(this, reason, error);
    if (likely !== undefined) this.keepHint(this.#refusal ?? likely);
  }

  /** Said by nobody who has proved anything, so it ends nothing. */
  keepHint(error: IkeError): void {
    if (this.hint?.message === error.message) return;
    this.hint = error;
    this.#host.outbox.event({ name: 'hint', sa: this.channel.reference, failure: failureOf(error) });
  }

  carryOut(output: Exclude<Output, { type: 'send' | 'use-chain' | 'job' }>): void {
    switch (output.type) {
      case 'move':
        return this.channel.move(output);
      case 'use-fragments':
        return this.channel.useFragments(output.size);
      case 'refuse':
        this.#early = output.keys;
        if (output.unproved !== true) this.#log(output.keys);
        this.inform(notification(output.notify, PROTOCOL.ISAKMP, new Uint8Array()));
        return this.inform(isakmpDelete(this.channel.cookies));
      case 'install-sa':
      case 'remove-sa':
      case 'release-spi':
      case 'event':
        return this.#host.outbox.push(output);
      default:
        return assertNever(output);
    }
  }

  #phase1Moved(state: Phase1State, now: Instant): void {
    if ('keys' in state && (this.channel.role === 'initiator' || this.exchange === 'aggressive'))
      this.#early = state.keys;
    // Anybody can make a responder derive some: they are logged when the peer has proved itself.
    if ('keys' in state && this.channel.role === 'initiator') this.#log(state.keys);
    if ('refusal' in state) this.#refusal = state.refusal;
    if (state.name === 'established') return this.#established(state.outcome, now);
    if (state.name !== 'failed') return;
    this.#host.phase1Ended(this, { error: state.error }, now);
    if (this.#early !== undefined) wipePhase1Keys(this.#early);
  }

  #established(outcome: Phase1Outcome, now: Instant): void {
    const lastBlock = this.exchanges.get(0)?.chain?.iv;
    if (lastBlock === undefined) throw new IkeError('INTERNAL', { what: 'phase 1 ended without a chain' });
    this.channel.connection = outcome.connection.name;
    if (outcome.proof !== undefined) this.#log(outcome.keys);
    this.#early = undefined;
    this.hint = undefined;
    const first = this.exchange === 'aggressive' && !this.#host.holds(outcome.connection.name);
    this.established = established(outcome, lastBlock, this, now, this.#host.settings.random);
    // RFC 2407 §4.6.3: not in Aggressive Mode, but "in a separate Informational Exchange after" it.
    if (first) this.inform(initialContactNotification(this.channel.cookies));
    this.#host.phase1Ended(this, { outcome }, now);
  }

  #log(keys: Phase1Keys): void {
    if (this.#logged || !this.#host.settings.unsafeKeyLog) return;
    this.#logged = true;
    this.#host.outbox.push(keyLogOf(this.channel.cookies, keys));
  }

  /** Only the side behind the NAT has a mapping to keep. */
  #keepaliveDue(): Instant | undefined {
    if (this.established === undefined) return undefined;
    const { nat, connection } = this.established;
    const { lastSent } = this.channel;
    return nextKeepalive({ interval: connection.natt.keepalive, localBehindNat: nat.localBehindNat, lastSent });
  }

  #silence(likely?: IkeError): IkeError {
    const { address: peer, port } = this.channel.remote;
    return this.#refusal ?? this.hint ?? likely ?? new IkeError('PEER_SILENT', { peer, port });
  }
}
