import { type Duration, type Instant, between, seconds } from '../base/instant.ts';

/** How many answers one peer had lately. Plain data. */
export interface AnswerBudget {
  /** When the current second began. */
  readonly since: Instant;
  readonly answered: number;
}

/**
 * Ours. RFC 3706 §6.2 would have a repeated number refused, but charon and isakmpd repeat theirs until it is answered, and
 * would take us for dead (Interop). A peer that asks once a second is in a hurry already; four leave room for two SAs of it.
 */
export const ANSWERS_A_SECOND = 4;
const WINDOW: Duration = seconds(1);

/** Whether to answer an R-U-THERE now, and the budget after that. `budget` is undefined before the first. */
export function mayAnswer(
  budget: AnswerBudget | undefined,
  now: Instant,
): { readonly answer: boolean; readonly budget: AnswerBudget } {
  if (budget === undefined || between(budget.since, now) >= WINDOW)
    return { answer: true, budget: { since: now, answered: 1 } };
  if (budget.answered >= ANSWERS_A_SECOND) return { answer: false, budget };
  return { answer: true, budget: { ...budget, answered: budget.answered + 1 } };
}
