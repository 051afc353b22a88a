import type { Instant } from '../base/instant.ts';
import type { Rate } from '../base/token-bucket.ts';
import type { Newcomer, Origin } from './half-open.ts';
import type { Limits } from './limits.ts';
import { SourceBudget } from './source-budget.ts';

/**
 * Ours: Diffie-Hellmans that come to nothing. As many peers behind one NAT may come at once; after that one source costs a hundredth of a
 * core with modp2048, and all together cost a tenth.
 */
const EACH: Rate = { burst: 64, perSecond: 16 };
const ALL: Rate = { burst: 512, perSecond: 160 };

/**
 * Diffie-Hellmans for peers that have proved nothing: how many at a time, and how many in a while. One for each exchange of phase 1: in
 * Main Mode the peer has returned our cookie by then and in Aggressive Mode it has not, so a flood of first messages under made-up
 * addresses may use up all that Aggressive Mode has, and takes nothing from Main Mode.
 */
export class KeyExchanges {
  readonly #limits: Pick<Limits, 'keyExchanges'>;
  readonly #budget: Readonly<Record<Origin, SourceBudget>> = {
    known: new SourceBudget(EACH, ALL),
    stranger: new SourceBudget(EACH, ALL),
  };
  readonly #underWay: Record<Origin, number> = { known: 0, stranger: 0 };

  constructor(limits: Pick<Limits, 'keyExchanges'>) {
    this.#limits = limits;
  }

  /** Whether one more may begin. */
  take({ origin, source }: Newcomer, now: Instant): boolean {
    return this.#underWay[origin] < this.#limits.keyExchanges && this.#budget[origin].take(source, now);
  }
  began(origin: Origin): void {
    this.#underWay[origin]++;
  }
  ended(origin: Origin): void {
    this.#underWay[origin]--;
  }
  /** The peer has proved itself: it was worth it. */
  proved({ origin, source }: Newcomer): void {
    this.#budget[origin].giveBack(source);
  }
}
