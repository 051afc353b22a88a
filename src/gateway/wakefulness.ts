/** Two clocks that setting the time of day does not move. */
export interface Clocks {
  /** CLOCK_MONOTONIC: stands still while the machine sleeps. */
  readonly awakeMs: number;
  /** CLOCK_BOOTTIME: goes on. */
  readonly sinceBootMs: number;
}

/** Ours: how often somebody looks. */
export const BEAT_MS = 1000;
/** Ours: whoever looks so much later than that was stopped, or starved; or the machine slept. */
const LATE_MS = 2000;

/** Whether this process was away: what did not come meanwhile says nothing about a peer (docs/decisions/0047). */
export class Wakefulness {
  #last: Clocks;

  constructor(first: Clocks) {
    this.#last = first;
  }

  /** Undefined where it was here all the time; else how long the machine slept, which is 0 where only this process was stopped. */
  look(clocks: Clocks): { readonly slept: number } | undefined {
    const awake = clocks.awakeMs - this.#last.awakeMs;
    const slept = clocks.sinceBootMs - this.#last.sinceBootMs - awake;
    const missed = Math.max(awake, awake + slept) - BEAT_MS;
    this.#last = clocks;
    if (missed < LATE_MS) return undefined;
    // Both clocks have their roundings.
    return { slept: slept < LATE_MS ? 0 : slept };
  }
}
