import { BoundedMap } from '../base/bounded.ts';
import { type Random, randomU32 } from '../base/random.ts';

export type MessageIdUse = 'quick-mode' | 'informational' | 'transaction';

/**
 * The message ids that were used under one ISAKMP SA, by either side: each makes an IV, so none may come twice (RFC 2408 §3.1, RFC
 * 2409 App. B), and remembering them is all that protects an Informational from replay.
 *
 * Bounded for each use apart: liveness questions come every few seconds and must not push out the Quick Modes, of which a replayed
 * one would make keys.
 */
export class MessageIds {
  readonly #random: Random;
  readonly #limit: number;
  /** Made when there is a first one: most SAs never have all uses, and at rest a map is a good part of an SA. */
  readonly #used: Partial<Record<MessageIdUse, BoundedMap<number, true>>> = {};

  constructor(random: Random, limit: number) {
    this.#random = random;
    this.#limit = limit;
  }

  has(id: number): boolean {
    return Object.values(this.#used).some((ids) => ids.has(id));
  }
  /** False where it has been used. */
  use(id: number, use: MessageIdUse): boolean {
    if (this.has(id)) return false;
    this.#used[use] ??= new BoundedMap(this.#limit);
    this.#used[use].set(id, true);
    return true;
  }
  /** One of ours: random, not zero, new. */
  fresh(use: MessageIdUse): number {
    const id = randomU32(this.#random);
    return id !== 0 && this.use(id, use) ? id : this.fresh(use);
  }
}
