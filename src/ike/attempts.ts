import { after, type Duration, earlier, type Instant, milliseconds, seconds } from '../base/instant.ts';
import { type Random, randomFraction } from '../base/random.ts';
import type { Role } from './events.ts';
import type { ConnectionPolicy } from './negotiate/policy.ts';

/** Ours: an attempt that failed is followed by another after 2, 4, 8 … 300 s. */
const FIRST = seconds(2);
const CAP = seconds(300);
/** Ours: a Quick Mode of the peer that began phase 1 is there by then, also where its first message is lost once. */
const TURN = seconds(2);
/** Ours: up to a quarter longer, so that many peers of one gateway that was away do not march in step. */
const JITTER = 0.25;

/** How long to wait after so many failures in a row. */
export function backOff(failures: number, random: Random): Duration {
  const wait = Math.min(FIRST * 2 ** (failures - 1), CAP);
  return milliseconds(Math.round(wait * (1 + randomFraction(random) * JITTER)));
}

/** The part of a policy that nothing is agreed about: it may change while SAs stand. */
export type AttemptsPolicy = Pick<ConnectionPolicy, 'onPeerDelete' | 'keyingTries'>;

/**
 * Whether a connection is meant to be up, and when the next attempt comes: as long as it is wanted there is always a next one, unless
 * so many are enough.
 */
export class Attempts {
  readonly #random: Random;
  policy: AttemptsPolicy;
  #wanted = false;
  #takenDown = false;
  #failures = 0;
  #next: Instant | undefined;

  constructor(random: Random, policy: AttemptsPolicy = {}) {
    this.#random = random;
    this.policy = policy;
  }
  get wanted(): boolean {
    return this.#wanted;
  }
  /** By a command: until another, the peer is not let in either. */
  get takenDown(): boolean {
    return this.#takenDown;
  }
  get next(): Instant | undefined {
    return this.#next;
  }
  want(): void {
    this.#takenDown = false;
    this.#wanted = true;
    this.#failures = 0;
    this.#next = undefined;
  }
  /** As `want`, and where it is wanted already, a series of failures goes on. */
  wantAtLeast(): void {
    if (!this.#wanted) this.want();
  }
  takeDown(): void {
    this.#takenDown = true;
    this.#wanted = false;
    this.#next = undefined;
  }
  /**
   * A phase 1 has come up: whether phase 2 is begun at once, where it is wanted. Who began phase 1 has the first turn, because two that begin
   * at once make two of every pair; what is missing then is for the next attempt.
   */
  mayBegin(role: Role, now: Instant): boolean {
    if (role === 'initiator' || !this.#wanted) return this.#wanted;
    this.#next = earlier(this.#next, after(now, TURN));
    return false;
  }
  /** It is left to the peer from now on. */
  leave(): void {
    this.#takenDown = false;
    this.#wanted = false;
    this.#next = undefined;
  }
  /** A tunnel stood long enough to end a series of failures. */
  stood(): void {
    this.#failures = 0;
  }
  /** Sets the next attempt after one that failed. How long it is until then; undefined where one is set already, or none is wanted any more. */
  failed(now: Instant): Duration | undefined {
    if (!this.#wanted || this.#next !== undefined) return undefined;
    this.#failures++;
    if (this.#failures >= (this.policy.keyingTries ?? Number.POSITIVE_INFINITY)) {
      this.leave();
      return undefined;
    }
    const delay = backOff(this.#failures, this.#random);
    this.#next = after(now, delay);
    return delay;
  }
  /** The next attempt, where one waits for its time, is made now. */
  hasten(now: Instant): void {
    if (this.#next !== undefined && this.#next > now) this.#next = now;
  }
  /** True once when the moment of the next attempt has come. */
  due(now: Instant): boolean {
    if (this.#next === undefined || this.#next > now) return false;
    this.#next = undefined;
    return true;
  }
}
