import type { UdpEndpoint } from '../../base/address.ts';
import { IkeError } from '../../base/errors.ts';
import type { Instant } from '../../base/instant.ts';
import type { Random } from '../../base/random.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import type { SignatureVerifier } from '../../crypto/signatures.ts';
import type { Cookies } from '../../natt/nat-d.ts';
import type { ExchangeJobResult, Job, NegotiatedSa } from '../effects.ts';
import type { IkeEvent, SaReference } from '../events.ts';
import type { CipherChain } from '../keys/cipher-chain.ts';
import type { PeerProof } from '../auth/proof.ts';
import type { Phase1Keys } from './phase1-keys.ts';
import type { Payloads } from '../wire/payloads.ts';
import type { PayloadName, PayloadValues } from '../wire/registry.ts';
import type { MessageName } from '../wire/rules.ts';

/** What every step may look at besides its state and its input. */
export interface Context {
  readonly now: Instant;
  readonly random: Random;
  readonly crypto: CryptoProvider;
  readonly signatures: SignatureVerifier;
  readonly cookies: Cookies;
  /** The two ends as the ISAKMP SA knows them; a message's own are in its input. */
  readonly local: UdpEndpoint;
  readonly remote: UdpEndpoint;
  /** Octets that the next message may have; without end once the peer has shown that it receives. */
  readonly replyRoom: number;
  /** UDP ports to float to when a NAT is found, RFC 3947 §4. */
  readonly nattPorts: { readonly local: number; readonly remote: number };
  /** Whether an SA with the peer of this connection stands at this moment: who holds none says INITIAL-CONTACT. */
  readonly holds: (connection: string) => boolean;
  /** How events name the ISAKMP SA that this happens in. */
  readonly sa: SaReference;
}

export type { Cookies };

/** A message that has the right shape and, where it was encrypted, could be read. Whether it is authentic the step decides. */
export interface MessageInput {
  readonly type: 'message';
  readonly message: MessageName;
  readonly payloads: Payloads;
  readonly cookies: Cookies;
  readonly local: UdpEndpoint;
  readonly remote: UdpEndpoint;
  /** The clear bytes from the second payload's generic header to the end of the last payload, as HASH(1) and HASH(2) cover them. */
  readonly afterFirst: Uint8Array;
  /** Which of the state's candidate chains could read it; 0 where there is one. */
  readonly candidate: number;
}

/** What of a message a HASH in front of it is checked with. */
export interface HashedMessage {
  readonly hash: Uint8Array;
  /** As in `MessageInput`. */
  readonly afterFirst: Uint8Array;
}

export type Input =
  | { readonly type: 'begin' }
  | MessageInput
  | { readonly type: 'job'; readonly result: ExchangeJobResult }
  /** The first authentic ESP packet arrived on the inbound SA of this Quick Mode. */
  | { readonly type: 'inbound-used' };

/** A payload to be sent, as `payload()` of ike/wire makes it. */
export interface OutgoingPayload {
  readonly type: number;
  readonly body: Uint8Array;
}

/** What a step decides. The conversation around the exchange turns `send` into datagrams, retransmissions and the answer cache. */
export type Output =
  | {
      readonly type: 'send';
      readonly payloads: readonly OutgoingPayload[];
      readonly encrypted: boolean;
      readonly expectsAnswer: boolean;
    }
  /** From here on this exchange encrypts and decrypts with this chain. */
  | { readonly type: 'use-chain'; readonly chain: CipherChain }
  | { readonly type: 'job'; readonly job: Job }
  /** The peer speaks from here now: answers go there (RFC 3947 §4, the float to the NAT-T port). */
  | { readonly type: 'move'; readonly local: UdpEndpoint; readonly remote: UdpEndpoint }
  /**
   * Both sides have announced it, or the answer to our announcement may come so: what makes an IP packet of more octets goes in fragments
   * from here on, and the peer's are joined. Without a size neither.
   */
  | { readonly type: 'use-fragments'; readonly size: number | undefined }
  | { readonly type: 'install-sa'; readonly sa: NegotiatedSa; readonly proof: PeerProof }
  | { readonly type: 'remove-sa'; readonly pair: number; readonly direction: 'inbound' | 'outbound' }
  | { readonly type: 'release-spi'; readonly spi: number }
  /**
   * The peer has the keys and is refused all the same: it is told so under them (RFC 2409 §5.7). `unproved`: who it is has not been proved,
   * as with Hybrid Authentication, so that it may be anybody.
   */
  | { readonly type: 'refuse'; readonly keys: Phase1Keys; readonly notify: number; readonly unproved?: true }
  | { readonly type: 'event'; readonly event: IkeEvent };

export interface Transition<S> {
  readonly next: S;
  readonly outputs: readonly Output[];
}

export interface Named {
  readonly name: string;
}

/** One exchange as a machine: data and pure functions. */
export interface Machine<S extends Named> {
  /** What may follow what; `run` asserts it, the tests walk it, the docs draw it. */
  readonly graph: Readonly<Record<S['name'], readonly S['name'][]>>;
  /** States that wait for a job: messages are parked until it ends. */
  readonly busy: ReadonlySet<S['name']>;
  /**
   * Busy states whose jobs are to tell whether the message was the peer's at all. Where it was not, the exchange goes back to what it
   * was before that message.
   */
  readonly unproved?: ReadonlySet<S['name']>;
  /** The message that a state waits for. */
  readonly expects: Readonly<Partial<Record<S['name'], MessageName>>>;
  /** Fields of states whose secrets are the ISAKMP SA's: they outlive this exchange, so it never wipes them. */
  readonly borrowed?: ReadonlySet<string>;
  /** Chains to try on an encrypted message, where the state has more than the conversation's own: one a candidate key. */
  candidates?(state: S): readonly CipherChain[];
  /** Whether the HASH in front shows that the peer sent this, where that can be told before the payloads behind it are looked at. */
  proved?(state: S, message: HashedMessage, context: Context): boolean;
  /** What it most likely means that nobody answers in this state; undefined where it says no more than that. */
  silence?(state: S): IkeError | undefined;
  step(state: S, input: Input, context: Context): Transition<S>;
  fail(state: S, error: IkeError): Transition<S>;
}

export const go = <S>(next: S, outputs: readonly Output[] = []): Transition<S> => ({ next, outputs });

/** The first state of an initiator waits for nothing but to be told. */
export function requireBegin(input: Input): void {
  if (input.type !== 'begin') throw new IkeError('UNEXPECTED_MESSAGE', { got: input.type });
}

export function requireMessage(input: Input): MessageInput {
  if (input.type !== 'message') throw new IkeError('UNEXPECTED_MESSAGE', { got: input.type });
  return input;
}

/** The result of the job that the state waits for; a failed one becomes its error. */
export function requireJob<K extends Exclude<ExchangeJobResult['kind'], 'failed'>>(
  input: Input,
  kind: K,
): Extract<ExchangeJobResult, { kind: K }> {
  if (input.type !== 'job') throw new IkeError('UNEXPECTED_MESSAGE', { got: input.type });
  const { result } = input;
  if (result.kind === 'failed') throw new IkeError(result.code, { reason: result.reason });
  if (result.kind !== kind) throw new IkeError('INTERNAL', { what: 'job result', got: result.kind, wanted: kind });
  return result as Extract<ExchangeJobResult, { kind: K }>;
}

/** The typed value of the one payload of this name that the rules of the message guarantee. */
export function valueOf<N extends PayloadName>(input: MessageInput, name: N): PayloadValues[N] {
  return input.payloads.one(name).value;
}

/** The HASH payload that the rules of the message guarantee, and what it covers. */
export const hashedMessage = (input: MessageInput): HashedMessage => ({
  hash: valueOf(input, 'hash').data,
  afterFirst: input.afterFirst,
});

/** Cookies that outlive the datagram that they came in. */
export const copyOf = (cookies: Cookies): Cookies => ({
  initiator: cookies.initiator.slice(),
  responder: cookies.responder.slice(),
});
