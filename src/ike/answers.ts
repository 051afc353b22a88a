import type { Instant } from '../base/instant.ts';
import { type AnswerBudget, mayAnswer } from '../dpd/answer-budget.ts';
import type { IsakmpSa } from './isakmp-sa.ts';

/** How often the questions of each ISAKMP SA's peer are answered. */
export class Answers {
  readonly #budgets = new WeakMap<IsakmpSa, AnswerBudget>();

  /** Whether this SA may answer one more R-U-THERE now. */
  may(sa: IsakmpSa, now: Instant): boolean {
    const { answer, budget } = mayAnswer(this.#budgets.get(sa), now);
    this.#budgets.set(sa, budget);
    return answer;
  }
}
