import { expect, test } from 'vitest';
import { allPairs, coveringRows, meets } from './covering.ts';

test('every pair of values is met, and nothing but values is in the rows', () => {
  const sizes = [5, 3, 3, 2, 2];
  const rows = coveringRows(sizes);
  expect(allPairs(sizes)).toHaveLength(15 + 15 + 10 + 10 + 9 + 6 + 6 + 6 + 6 + 4);
  expect(allPairs(sizes).filter((pair) => !rows.some((row) => meets(row, pair)))).toEqual([]);
  for (const row of rows) expect(row.map((value, i) => value >= 0 && value < (sizes[i] ?? 0))).not.toContain(false);
});

test('there are no more rows than the two largest factors ask for, and the same ones each time', () => {
  expect(coveringRows([4, 3, 2, 2])).toHaveLength(12);
  expect(coveringRows([4, 3, 2, 2])).toEqual(coveringRows([4, 3, 2, 2]));
});
