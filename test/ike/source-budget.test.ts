import { expect, it } from 'vitest';
import { instant } from '../../src/base/instant.ts';
import { SourceBudget } from '../../src/ike/source-budget.ts';

const now = instant(0);
const had = (budget: SourceBudget, source: string, count: number, at = now): number =>
  Array.from({ length: count }, () => budget.take(source, at)).filter((taken) => taken).length;

it('each source has its own, and all together no more than theirs', () => {
  const budget = new SourceBudget({ burst: 4, perSecond: 1 }, { burst: 10, perSecond: 2 });
  expect([had(budget, 'a', 9), had(budget, 'b', 9), had(budget, 'c', 9), had(budget, 'd', 9)]).toEqual([4, 4, 2, 0]);
  // Who got nothing because others had it all has lost nothing of its own.
  expect(had(budget, 'd', 9, instant(1000))).toBe(2);
  expect(had(budget, 'a', 9, instant(60_000))).toBe(4);
});

it('what is given back counts for nobody', () => {
  const budget = new SourceBudget({ burst: 2, perSecond: 0 }, { burst: 3, perSecond: 0 });
  for (let i = 0; i < 50; i++) {
    expect(budget.take('a', now)).toBe(true);
    budget.giveBack('a');
  }
  budget.giveBack('nobody');
  expect([had(budget, 'a', 9), had(budget, 'b', 9)]).toEqual([2, 1]);
});

it('a flood of sources is forgotten, and bounded by what all have', () => {
  const budget = new SourceBudget({ burst: 2, perSecond: 1 }, { burst: 3000, perSecond: 0 });
  const sources = Array.from({ length: 5000 }, (_, i) => had(budget, `source ${i}`, 1));
  expect(sources.reduce((sum, one) => sum + one, 0)).toBe(3000);
});
