import { BoundedMap } from '../base/bounded.ts';
import { after, between, type Duration, earlier, type Instant, milliseconds, seconds } from '../base/instant.ts';
import { espCounts, type LivenessPolicy, patienceOf } from './policy.ts';
import { type PairTraffic, Traffic } from './traffic.ts';

/** What shows that a peer is alive: phase 1 with it, a message under its keys, a question of its own, an answer to one of ours, ESP. */
export type SignOfLife = 'phase1' | 'ike' | 'question' | 'answer' | 'esp';

/** What is to be done about a peer, when it has been looked at. */
export type Decision = 'nothing' | 'ask' | 'dead';

/** What the watch over a peer has seen. Plain data. */
export interface Evidence {
  readonly lastSign: { readonly kind: SignOfLife; readonly agoMilliseconds: number };
  /** Questions since the last sign of life, none of them answered. */
  readonly unanswered: number;
  /** Over the whole watch. */
  readonly asked: number;
  readonly answered: number;
  /** Of the last answers, the newest last. */
  readonly roundTripsMilliseconds: readonly number[];
}

/** Ours: questions whose answers may still come; at one a second they are as old as any network can keep a packet. */
const OUTSTANDING = 64;
const ROUND_TRIPS = 8;
/** Ours: who comes so late to a deadline was not awake when it passed: stopped, suspended, or starved. */
const LATE = seconds(2);
/** Questions that go out after that before any verdict (design: two while awake). */
const QUESTIONS_WHEN_AWAKE = 2;

/**
 * Whether a peer is alive, RFC 3706 §5.5: a machine without a clock or a wire. It says when it wants to be looked at (`deadline`, `due`), hears
 * what there was of ESP, and decides.
 *
 * Asked `delay` after the last sign of life and every `retry` from then on; dead `timeout` after the first question since that sign.
 */
export class Liveness {
  /** Undefined where nobody is asked. */
  policy: LivenessPolicy | undefined;
  /** Whether the peer has said that it answers (RFC 3706 §5.1). */
  speaks = false;
  /** Whether ESP goes through a NAT. */
  nat = false;
  #lastSign: { readonly kind: SignOfLife; readonly at: Instant };
  /** When questions went out since the last sign of life, and since ESP that speaks against a verdict. */
  #asks: Instant[] = [];
  #unanswered = 0;
  /** When the question that nobody answered is followed by another. */
  #askAgain: Instant | undefined;
  /** From where periodic questions count. */
  #lastTurn: Instant;
  /** Not asked before that, for want of anything to say or of a way to ask. */
  #notBefore: Instant | undefined;
  #looking = false;
  #owed = 0;
  #noVerdictBefore: Instant | undefined;
  /** Whether there was no way to the peer when it would have been dead, since the last sign of life. */
  #wasCutOff = false;
  /** The number of the next question, and of the last one. */
  #sequence: number;
  #lastNumber: number | undefined;
  /** When each number went out, and how often. */
  readonly #outstanding = new BoundedMap<number, { at: Instant; sent: number }>(OUTSTANDING);
  /** The highest number of the peer's own questions. */
  #question: number | undefined;
  readonly #traffic = new Traffic();
  #asked = 0;
  #answered = 0;
  #roundTrips: Duration[] = [];

  constructor(policy: LivenessPolicy | undefined, sequence: number, now: Instant) {
    this.policy = policy;
    this.#sequence = sequence;
    this.#lastSign = { kind: 'phase1', at: now };
    this.#lastTurn = now;
  }

  /** A new ISAKMP SA stands: its questions begin at a number of their own, on both sides (RFC 3706 §6.2). */
  renewed(sequence: number, now: Instant): void {
    this.#sequence = sequence;
    this.#question = undefined;
    this.sign('phase1', now);
  }

  /** Fresh proof of life ends every suspicion that is not younger. */
  sign(kind: SignOfLife, at: Instant): void {
    if (at < this.#lastSign.at) return;
    this.#lastSign = { kind, at };
    if (this.#asks[0] !== undefined && at < this.#asks[0]) return;
    this.#asks = [];
    this.#unanswered = 0;
    this.#askAgain = undefined;
    this.#owed = 0;
    this.#noVerdictBefore = undefined;
    this.#wasCutOff = false;
  }

  /** A question of the peer's. Only a number above all before is a sign of life: who plays an old one back proves nothing. */
  question(sequence: number, now: Instant): void {
    const ahead = this.#question === undefined ? 1 : (sequence - this.#question) >>> 0;
    if (ahead === 0 || ahead >= HALF) return;
    this.#question = sequence;
    this.sign('question', now);
  }

  /** Whether an ACK of this number would prove something. */
  awaits(sequence: number): boolean {
    return this.#outstanding.has(sequence);
  }

  /** An ACK. How long it took; undefined where it proves nothing, or nobody can say to which of several it answers. */
  answer(sequence: number, now: Instant): Duration | undefined {
    const asked = this.#outstanding.get(sequence);
    if (asked === undefined) return undefined;
    this.#outstanding.delete(sequence);
    this.#answered++;
    this.sign('answer', now);
    if (asked.sent > 1) return undefined;
    const trip = between(asked.at, now);
    this.#roundTrips = [...this.#roundTrips, trip].slice(-ROUND_TRIPS);
    return trip;
  }

  /** A packet of the peer's ESP came, as the back end tells by itself. */
  espSeen(now: Instant): void {
    if (this.policy !== undefined) this.#esp(this.policy, now);
  }

  /** When `due` has something to say; undefined while a look is under way, and where nobody is to be asked. */
  deadline(): Instant | undefined {
    const { policy } = this;
    if (policy === undefined || !this.speaks || this.#looking) return undefined;
    return earlier(this.#nextAsk(policy), this.#deadAt(policy));
  }

  /** Whether to look at what there was of ESP, before anything is decided. */
  due(now: Instant): boolean {
    const at = this.deadline();
    if (at === undefined || at > now) return false;
    if (between(at, now) > LATE) this.awake(now);
    this.#looking = true;
    return true;
  }

  /** Whether the decision that waits may be that the peer is dead. */
  isGrave(now: Instant): boolean {
    const at = this.policy === undefined ? undefined : this.#deadAt(this.policy);
    return at !== undefined && at <= now;
  }

  /** The look has shown this. */
  looked(found: readonly PairTraffic[], now: Instant): Decision {
    this.#looking = false;
    const { policy } = this;
    const { inbound, outbound } = this.#traffic.look(found, now);
    if (policy === undefined || !this.speaks) return 'nothing';
    if (inbound !== undefined) this.#esp(policy, inbound);
    if (this.isGrave(now)) return 'dead';
    if (this.#nextAsk(policy) > now) return 'nothing';
    this.#lastTurn = now;
    if (this.#isWarm(policy, now)) return 'nothing';
    const isWanted = policy.idleProbe || this.#unanswered > 0 || (outbound ?? -1) > this.#lastSign.at;
    if (!isWanted) this.#notBefore = after(now, policy.retry);
    return isWanted ? 'ask' : 'nothing';
  }

  /** A question goes out now: its number. */
  ask(now: Instant): number {
    const last = this.policy?.numbers === 'same' ? this.#lastNumber : undefined;
    const isAgain = last !== undefined && this.#outstanding.has(last);
    const sequence = isAgain ? last : this.#sequence;
    if (!isAgain) this.#sequence = next(sequence);
    this.#lastNumber = sequence;
    const { at, sent } = this.#outstanding.get(sequence) ?? { at: now, sent: 0 };
    this.#outstanding.set(sequence, { at, sent: sent + 1 });
    this.asked(now);
    return sequence;
  }

  /** The peer is asked by other means than a question of DPD. */
  asked(now: Instant): void {
    this.#asked++;
    this.#unanswered++;
    this.#notBefore = undefined;
    this.#askAgain = after(now, this.#retry);
    if (this.#asks.length < OUTSTANDING) this.#asks.push(now);
    if (this.#owed > 0 && --this.#owed === 0) this.#noVerdictBefore = this.#askAgain;
  }

  /** There is no way to ask: once more later, and no verdict comes of it. */
  unable(now: Instant): void {
    this.#notBefore = after(now, this.#retry);
  }

  /**
   * Whether a verdict of death holds: not where there is no way to the peer now, nor where there was none at the verdict before, because what
   * could not be sent has not been left unanswered. Then it is asked anew.
   */
  isProved(isCutOff: boolean, now: Instant): boolean {
    if (!isCutOff && !this.#wasCutOff) return true;
    this.#wasCutOff = isCutOff;
    this.awake(now);
    return false;
  }

  /** We were not awake, or do not know how long we were: what did not come meanwhile says nothing yet. */
  awake(now: Instant): void {
    this.#owed = QUESTIONS_WHEN_AWAKE;
    this.#noVerdictBefore = undefined;
    if (this.#askAgain !== undefined) this.#askAgain = now;
  }

  evidence(now: Instant): Evidence {
    const { kind, at } = this.#lastSign;
    return {
      lastSign: { kind, agoMilliseconds: between(at, now) },
      unanswered: this.#unanswered,
      asked: this.#asked,
      answered: this.#answered,
      roundTripsMilliseconds: this.#roundTrips,
    };
  }

  /** When it will be dead, if nothing comes; undefined while nobody has been asked. */
  deadAt(): Instant | undefined {
    return this.policy === undefined ? undefined : this.#deadAt(this.policy);
  }

  get #retry(): Duration {
    return this.policy?.retry ?? LATE;
  }

  #nextAsk(policy: LivenessPolicy): Instant {
    const { delay, asks } = policy;
    const first = after(asks === 'periodically' ? this.#lastTurn : this.#lastSign.at, delay);
    const regular = this.#askAgain ?? first;
    return this.#notBefore === undefined || this.#notBefore < regular ? regular : this.#notBefore;
  }

  #deadAt(policy: LivenessPolicy): Instant | undefined {
    const [first] = this.#asks;
    if (first === undefined || this.#owed > 0) return undefined;
    const at = after(first, milliseconds(patienceOf(policy)));
    return this.#noVerdictBefore === undefined || this.#noVerdictBefore < at ? at : this.#noVerdictBefore;
  }

  /** A packet of the peer's came then. */
  #esp({ traffic, rescue }: LivenessPolicy, at: Instant): void {
    if (espCounts(traffic, this.nat)) this.sign('esp', at);
    else if (espCounts(rescue, this.nat)) this.#asks = this.#asks.filter((asked) => asked > at);
  }

  /** Whether periodic questions may wait, because of ESP since the last turn. */
  #isWarm({ asks, delay }: LivenessPolicy, now: Instant): boolean {
    const { kind, at } = this.#lastSign;
    const isRegular = asks === 'periodically' && this.#unanswered === 0;
    return isRegular && kind === 'esp' && between(at, now) < delay;
  }
}

/** Numbers are compared around 2^32. */
const HALF = 0x8000_0000;
const next = (sequence: number): number => (sequence + 1) >>> 0;
