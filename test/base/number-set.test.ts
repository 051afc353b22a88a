import { expect, it } from 'vitest';
import { NumberSet } from '../../src/base/number-set.ts';
import { randomU32 } from '../../src/base/random.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';

it('has what was added and nothing else, as a Set does', () => {
  const random = new SeededRandom('number set');
  const [set, reference] = [new NumberSet(), new Set<number>()];
  for (let i = 0; i < 5000; i++) {
    // Some in a row, some at the upper end, some twice.
    const number = [i + 1, randomU32(random), 0xff_ff_ff_ff - (i % 900)][i % 3] ?? 1;
    set.add(number);
    reference.add(number);
  }
  expect(set.size).toBe(reference.size);
  expect([...reference].every((number) => set.has(number))).toBe(true);
  for (let i = 0; i < 5000; i++) {
    const number = randomU32(random);
    expect(set.has(number)).toBe(reference.has(number));
  }
});

it('never has 0', () => {
  const set = new NumberSet();
  set.add(0);
  expect([set.has(0), set.size]).toEqual([false, 0]);
});
