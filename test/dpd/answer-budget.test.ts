import { describe, expect, it } from 'vitest';
import { instant } from '../../src/base/instant.ts';
import { ANSWERS_A_SECOND, type AnswerBudget, mayAnswer } from '../../src/dpd/answer-budget.ts';

/** Which of the questions at these times are answered. */
function answered(...times: readonly number[]): number[] {
  let budget: AnswerBudget | undefined;
  return times.filter((time) => {
    const { answer, budget: next } = mayAnswer(budget, instant(time));
    budget = next;
    return answer;
  });
}

describe('mayAnswer', () => {
  it('answers a peer that repeats its number every second or slower, always', () => {
    const times = Array.from({ length: 50 }, (_, i) => i * 1000);
    expect(answered(...times)).toEqual(times);
  });

  it('answers four questions in a second and no more', () => {
    expect(ANSWERS_A_SECOND).toBe(4);
    expect(answered(0, 1, 2, 3, 4, 5, 999, 1000, 1001)).toEqual([0, 1, 2, 3, 1000, 1001]);
  });

  it('keeps a flood to four answers a second', () => {
    expect(answered(...Array.from({ length: 10_000 }, (_, i) => i))).toHaveLength(40);
  });

  it('keeps its state as plain data', () => {
    expect(mayAnswer(undefined, instant(7))).toEqual({ answer: true, budget: { since: 7, answered: 1 } });
    expect(mayAnswer({ since: instant(7), answered: 4 }, instant(8))).toEqual({
      answer: false,
      budget: { since: 7, answered: 4 },
    });
  });
});
