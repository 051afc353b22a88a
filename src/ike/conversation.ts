import type { UdpEndpoint } from '../base/address.ts';
import { assertNever, IkeError } from '../base/errors.ts';
import { after, type Instant, seconds } from '../base/instant.ts';
import { dropReason } from './drop-reason.ts';
import { Duplicates } from './duplicates.ts';
import type { ConversationHost, Exchange, Take } from './conversation-host.ts';
import type { DropReason } from './events.ts';
import type { Cookies, Input, Machine, Named, Output } from './exchange/exchange.ts';
import { abandon, run, wipeDropped } from './exchange/run.ts';
import type { CipherChain } from './keys/cipher-chain.ts';
import type { Received } from './received.ts';
import { type RetransmitSchedule, waitAfter } from './retransmit.ts';
import { open, type Opened } from './open-message.ts';
import { FLAG } from './wire/numbers.ts';

/** Ours: each message that looks right and is not the peer's costs a Diffie-Hellman or the checking of a certificate, and no more of them are bought. */
const MAX_TAKEN_BACK = 4;
/** Ours: with a single place a spoofer who knows the cookies could displace the real message. */
const MAX_PARKED = 4;

/** Ours: the time of a message to the peer and back; what asks for an answer to be repeated needs no proof, and comes in heaps. */
const REPEAT_PAUSE = seconds(1);

interface Given<S extends Named> {
  readonly machine: Machine<S>;
  readonly state: S;
  readonly exchangeType: number;
  readonly messageId: number;
  readonly chain: CipherChain | undefined;
  readonly host: ConversationHost;
  readonly schedule: RetransmitSchedule;
  /** The error to end with when nobody answers: what hints say, else what the state makes of it, else PEER_SILENT. */
  readonly silence: (likely: IkeError | undefined) => IkeError;
  /** Called after each move, when its outputs are carried out. */
  readonly moved: (state: S, now: Instant) => void;
}

/** What an exchange was before a message of which it is not known yet whether it is the peer's. */
interface Before<S> {
  readonly state: S;
  readonly chain: CipherChain | undefined;
  /** Those of the answer that is accepted first become the SA's. */
  readonly cookies: Cookies;
  readonly remote: UdpEndpoint;
}

/**
 * One exchange on the wire: everything round the machine that is the same for all exchanges. Parks messages while a job runs,
 * answers duplicates from memory, sends again what got no answer, and chains IVs (RFC 2408 §5.1, RFC 2409 App. B).
 */
export class Conversation<S extends Named> implements Exchange {
  readonly messageId: number;
  readonly exchangeType: number;
  readonly #given: Given<S>;
  readonly #duplicates: Duplicates;
  readonly #parked: { readonly received: Received; readonly take: Take }[] = [];
  #state: S;
  #chain: CipherChain | undefined;
  /** Where to go back to while a message is not proved, and who sent it. */
  #before: Before<S> | undefined;
  #takenBack = 0;
  #outstanding: { readonly bytes: Uint8Array; attempt: number; due: Instant } | undefined;
  #mayRepeat: Instant | undefined;

  constructor(given: Given<S>) {
    this.#given = given;
    this.#state = given.state;
    this.#chain = given.chain;
    this.messageId = given.messageId;
    this.exchangeType = given.exchangeType;
    this.#duplicates = new Duplicates(given.host.crypto);
  }

  get state(): S {
    return this.#state;
  }
  get stateName(): string {
    return this.#state.name;
  }
  /** Moves with each message that was accepted or sent, and with no other (a packet of garbage must not shift the IV). */
  get chain(): CipherChain | undefined {
    return this.#chain;
  }
  get ended(): boolean {
    return this.#given.machine.graph[this.#state.name as S['name']].length === 0;
  }

  receive(received: Received, now: Instant): void {
    const { host } = this.#given;
    const duplicate = this.#duplicates.find(received.bytes);
    if (duplicate.known) {
      if (duplicate.exhausted) host.dropped('too-many-duplicates', received.remote);
      else if (duplicate.answer === undefined) host.dropped('duplicate', received.remote);
      else host.channel.retransmit(duplicate.answer, this);
      return;
    }
    if (this.hold(received, (later, at) => this.receive(later, at))) return;
    this.#show(received, now);
    this.#unpark(now);
  }

  input(input: Exclude<Input, { type: 'message' }>, now: Instant): void {
    const { machine, host } = this.#given;
    if (this.ended) return;
    const outcome = run(machine, this.#state, input, host.context(now));
    if (outcome.kind === 'moved') {
      if (this.#before !== undefined && !this.#unproved(outcome.state)) this.#believe();
      this.#move(outcome.state, outcome.outputs, now);
    } else this.#takeBack(outcome.error);
    this.#unpark(now);
  }

  /** The message was not the peer's: neither it nor what was made of it has been, but its bytes are known now. */
  #takeBack(error: IkeError): void {
    if (this.#before === undefined) return;
    const { machine, host } = this.#given;
    const { state, chain, cookies, remote } = this.#before;
    const believed = this.#state;
    this.#before = undefined;
    this.#state = state;
    this.#chain = chain;
    host.channel.cookies = cookies;
    this.#takenBack++;
    wipeDropped(believed, state, machine.borrowed);
    host.dropped(dropReason(error), remote, error);
  }

  #believe(): void {
    this.#before = undefined;
    // What it answers was sent again until now.
    this.#outstanding = undefined;
  }

  #unproved({ name }: S): boolean {
    return this.#given.machine.unproved?.has(name as S['name']) === true;
  }

  deadline(): Instant | undefined {
    return this.#outstanding?.due;
  }

  tick(now: Instant): void {
    const out = this.#outstanding;
    if (out === undefined || out.due > now) return;
    out.attempt++;
    const wait = waitAfter(this.#given.schedule, out.attempt);
    if (wait === undefined) return this.#giveUp(now);
    out.due = after(now, wait);
    this.#given.host.channel.retransmit(out.bytes, this);
  }

  #giveUp(now: Instant): void {
    const { machine, silence } = this.#given;
    this.abandon(silence(machine.silence?.(this.#state)), now);
  }

  repeatAnswer(now: Instant): void {
    if (this.ended || this.#busy() || (this.#mayRepeat !== undefined && this.#mayRepeat > now)) return;
    const answer = this.#duplicates.repeated();
    if (answer === undefined) return;
    this.#mayRepeat = after(now, REPEAT_PAUSE);
    this.#given.host.channel.retransmit(answer, this);
  }

  abandon(error: IkeError, now: Instant): void {
    if (this.ended) return;
    const outcome = abandon(this.#given.machine, this.#state, error);
    if (outcome.kind === 'moved') this.#move(outcome.state, outcome.outputs, now);
  }

  #busy(): boolean {
    return this.#given.machine.busy.has(this.#state.name as S['name']);
  }

  hold(received: Received, take: Take): boolean {
    if (!this.#busy()) return false;
    // Copies: the datagram's buffer is not ours beyond this call.
    const bytes = received.bytes.slice();
    const kept = { ...received, bytes, body: bytes.subarray(bytes.length - received.body.length) };
    if (this.#parked.length >= MAX_PARKED) this.#given.host.dropped('queue-full', received.remote);
    else this.#parked.push({ received: kept, take });
    return true;
  }

  #unpark(now: Instant): void {
    while (!this.#busy() && this.#parked.length > 0) {
      const parked = this.#parked.shift();
      parked?.take(parked.received, now);
    }
  }

  /** Shows the machine the message, readable by whichever of its candidate chains makes it move. */
  #show(received: Received, now: Instant): void {
    const { machine, host } = this.#given;
    const message = machine.expects[this.#state.name as S['name']];
    if (message === undefined || this.#takenBack >= MAX_TAKEN_BACK) return host.dropped('unexpected', received.remote);
    let refused: { error: IkeError; reason: DropReason } | undefined;
    for (const [candidate, chain] of this.#chainsFor(received).entries()) {
      const opened = open(message, received, chain);
      if (opened.kind === 'refused') {
        if (this.#brokenByPeer(received, opened, now)) return;
        refused ??= opened;
        continue;
      }
      const { payloads, afterFirst } = opened;
      const { local, remote, header } = received;
      const cookies = { initiator: header.initiatorCookie, responder: header.responderCookie };
      const input: Input = { type: 'message', message, payloads, cookies, local, remote, afterFirst, candidate };
      const outcome = run(machine, this.#state, input, host.context(now));
      if (outcome.kind === 'dropped') {
        refused = { error: outcome.error, reason: dropReason(outcome.error) };
        continue;
      }
      if (!host.channel.mayBegin(outcome.outputs, now)) return host.dropped('signature-limit', received.remote);
      this.#accept(received, opened.next, outcome.state);
      host.received(received, payloads.list);
      return this.#move(outcome.state, outcome.outputs, now);
    }
    host.dropped(refused?.reason ?? 'unexpected', received.remote, refused?.error);
  }

  /** Ends the exchange where the HASH proves that the peer itself broke the rule of this message: it sends no better one. */
  #brokenByPeer(received: Received, { hashed, error }: Extract<Opened, { kind: 'refused' }>, now: Instant): boolean {
    const { machine, host } = this.#given;
    if (hashed === undefined || machine.proved?.(this.#state, hashed, host.context(now)) !== true) return false;
    this.#accept(received, hashed.next);
    host.received(received, []);
    this.abandon(error, now);
    return true;
  }

  #chainsFor(received: Received): readonly (CipherChain | undefined)[] {
    if ((received.header.flags & FLAG.ENCRYPTION) === 0) return [undefined];
    const candidates = this.#given.machine.candidates?.(this.#state) ?? [];
    if (candidates.length > 0) return candidates;
    return this.#chain === undefined ? [] : [this.#chain];
  }

  #accept(received: Received, chain: CipherChain | undefined, next?: S): void {
    const { cookies } = this.#given.host.channel;
    if (next !== undefined && this.#unproved(next))
      this.#before = { state: this.#state, chain: this.#chain, cookies, remote: received.remote };
    else this.#believe();
    this.#duplicates.remember(received.bytes);
    if (chain !== undefined) this.#chain = chain;
  }

  #move(next: S, outputs: readonly Output[], now: Instant): void {
    const before = this.#state;
    this.#state = next;
    for (const output of outputs) this.#carryOut(output, now);
    if (this.ended) this.#outstanding = undefined;
    this.#given.moved(next, now);
    wipeDropped(before, next, this.#given.machine.borrowed);
  }

  #carryOut(output: Output, now: Instant): void {
    const { host } = this.#given;
    switch (output.type) {
      case 'use-chain':
        this.#chain = output.chain;
        return;
      case 'job':
        return host.startJob(output.job, this);
      case 'send':
        return this.#send(output, now);
      case 'move':
      case 'use-fragments':
      case 'refuse':
      case 'install-sa':
      case 'remove-sa':
      case 'release-spi':
      case 'event':
        return host.carryOut(output);
      default:
        return assertNever(output);
    }
  }

  #send(output: Extract<Output, { type: 'send' }>, now: Instant): void {
    const { host, schedule } = this.#given;
    const { payloads, encrypted } = output;
    if (encrypted && this.#chain === undefined) throw new IkeError('INTERNAL', { what: 'nothing to encrypt with' });
    const { bytes, next } = host.channel.frame(this, payloads, encrypted ? this.#chain : undefined);
    if (next !== undefined) this.#chain = next;
    this.#duplicates.answer(bytes);
    const wait = output.expectsAnswer ? waitAfter(schedule, 0) : undefined;
    this.#outstanding = wait === undefined ? undefined : { bytes, attempt: 0, due: after(now, wait) };
    const { exchangeType, messageId } = this;
    host.channel.transmit(bytes, { exchangeType, messageId, payloads, encrypted });
  }
}
