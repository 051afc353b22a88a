import { expect, test } from 'vitest';
import { choicesOf, DESIGN, DESIGN_FACTORS, smokeOf } from './design.ts';
import { lineOf } from './pair.ts';
import { lineTitle } from './report.ts';

const VALUES = Object.values(DESIGN_FACTORS).flat();

test('every value of each factor meets every value of each other one in some cell of the design', () => {
  const factors = Object.values(DESIGN_FACTORS);
  const missing = factors.flatMap((as, i) =>
    factors.slice(i + 1).flatMap((bs) =>
      as.flatMap((a) =>
        bs.flatMap((b) => {
          const together = DESIGN.map(choicesOf).some((choices) => choices.includes(a) && choices.includes(b));
          return together ? [] : [[a, b]];
        }),
      ),
    ),
  );
  expect(missing).toEqual([]);
});

test('the design has 121 cells with titles of their own', () => {
  expect(DESIGN).toHaveLength(121);
  expect(new Set(DESIGN.map((cell) => lineTitle(lineOf(cell)))).size).toBe(121);
});

test('what runs each time has every value once, in fewer cells', () => {
  const smoke = smokeOf(DESIGN);
  expect(new Set(smoke.flatMap(choicesOf))).toEqual(new Set<string>(VALUES));
  expect(smoke.length).toBe(21);
});
