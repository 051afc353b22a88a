import { expect, test } from 'vitest';
import type { Cell } from './cells.ts';
import { FACTORS, MATRIX } from './matrix.ts';

/** What a cell has of each factor, read back from the cell. */
function choiceOf({ phase1, phase2, we, nat, charonEsp }: Cell): Record<keyof typeof FACTORS, string | undefined> {
  const [cipher, hash, group] = phase1[0]?.split('-') ?? [];
  const [espCipher, espHash, espGroup] = phase2[0]?.split('-') ?? [];
  const pfs = espGroup === group ? 'with' : espGroup === undefined ? 'without' : undefined;
  return { cipher, hash, group, espCipher, espHash, pfs, we, nat, charonEsp };
}

test('every value of each factor meets every value of each other one in some cell of the matrix', () => {
  const values = Object.entries(FACTORS).flatMap(([factor, all]) => all.map((value) => ({ factor, value })));
  const choices = MATRIX.map((cell) => new Map(Object.entries(choiceOf(cell))));
  const missing = values.flatMap((a) =>
    values
      .filter((b) => b.factor !== a.factor)
      .filter((b) => !choices.some((choice) => choice.get(a.factor) === a.value && choice.get(b.factor) === b.value))
      .map((b) => [a, b]),
  );
  expect(values).toHaveLength(29);
  expect(missing).toEqual([]);
});

test('the matrix has 25 cells, and no two of them are the same', () => {
  expect(MATRIX).toHaveLength(25);
  expect(new Set(MATRIX.map((cell) => JSON.stringify({ ...cell, name: '' }))).size).toBe(25);
});
