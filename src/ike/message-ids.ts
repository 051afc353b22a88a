import { NumberSet } from '../base/number-set.ts';
import { type Random, randomU32 } from '../base/random.ts';

export type MessageIdUse = 'quick-mode' | 'informational' | 'transaction';

/** Half of what is remembered for one use at most; and the half before that. */
interface Halves {
  newer: NumberSet;
  older: NumberSet | undefined;
}

/**
 * The message ids that were used under one ISAKMP SA, by either side: each makes an IV, so none may come twice (RFC 2408 §3.1, RFC
 * 2409 App. B), and remembering them is all that protects an Informational from replay (docs/decisions/0043).
 *
 * Bounded for each use apart: liveness questions come every few seconds and must not push out the Quick Modes, of which a replayed
 * one would make keys.
 */
export class MessageIds {
  readonly #random: Random;
  readonly #limit: number;
  /** Made when there is a first one: most SAs never have all uses, and at rest a set is a good part of an SA. */
  readonly #used: Partial<Record<MessageIdUse, Halves>> = {};

  /** Of each use the last `limit` / 2 are remembered, and never more than `limit`. */
  constructor(random: Random, limit: number) {
    this.#random = random;
    this.#limit = limit;
  }

  has(id: number): boolean {
    return Object.values(this.#used).some(({ newer, older }) => newer.has(id) || older?.has(id) === true);
  }
  /** False where it has been used. */
  use(id: number, use: MessageIdUse): boolean {
    if (this.has(id)) return false;
    const halves = (this.#used[use] ??= { newer: new NumberSet(), older: undefined });
    if (halves.newer.size >= this.#limit / 2) {
      halves.older = halves.newer;
      halves.newer = new NumberSet();
    }
    halves.newer.add(id);
    return true;
  }
  /** One of ours: random, not zero, new. */
  fresh(use: MessageIdUse): number {
    const id = randomU32(this.#random);
    return id !== 0 && this.use(id, use) ? id : this.fresh(use);
  }
}
