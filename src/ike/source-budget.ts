import { BoundedMap } from '../base/bounded.ts';
import type { Instant } from '../base/instant.ts';
import { type Rate, returnToken, takeToken, type TokenBucket } from '../base/token-bucket.ts';

/** Ours: sources that are remembered at a time. One that is forgotten begins anew, so there is a rate for all of them as well. */
const REMEMBERED = 1024;

/** How often something may be done for one source, and for all of them together. */
export class SourceBudget {
  readonly #each: Rate;
  readonly #all: Rate;
  readonly #sources = new BoundedMap<string, TokenBucket>(REMEMBERED);
  #total: TokenBucket | undefined;

  constructor(each: Rate, all: Rate) {
    this.#each = each;
    this.#all = all;
  }

  take(source: string, now: Instant): boolean {
    const own = takeToken(this.#each, this.#sources.get(source), now);
    if (!own.taken) return false;
    const total = takeToken(this.#all, this.#total, now);
    this.#total = total.bucket;
    if (total.taken) this.#sources.set(source, own.bucket);
    return total.taken;
  }

  /** What was taken for this source was well spent, and does not count. */
  giveBack(source: string): void {
    const own = this.#sources.get(source);
    if (own !== undefined) this.#sources.set(source, returnToken(this.#each, own));
    if (this.#total !== undefined) this.#total = returnToken(this.#all, this.#total);
  }
}
