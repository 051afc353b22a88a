import { expect, test } from 'vitest';
import { markdownTable } from '../docs/generated.ts';
import { readRows, replaceRow } from './report.ts';

const row = (what: string, result: string): string[] => [
  what,
  'initiator',
  'p1',
  'p2',
  'none',
  'peer',
  'kernel',
  result,
  'day',
];

test('reads its own table back', () => {
  const rows = [row('a', 'passed'), row('b', '**failed**')];
  const table = markdownTable(['what', 'we', '1', '2', 'path', 'peer', 'kernel', 'result', 'when'], rows);
  expect(readRows(`# Title\n\nText | with a bar.\n\n${table}\n`)).toEqual(rows);
});

test('puts a new result in the place of the old one and keeps the order', () => {
  expect(replaceRow([row('a', 'x'), row('c', 'x')], row('b', 'new'))).toEqual([
    row('a', 'x'),
    row('b', 'new'),
    row('c', 'x'),
  ]);
  expect(replaceRow([row('a', 'x'), row('b', 'x')], row('a', 'new'))).toEqual([row('a', 'new'), row('b', 'x')]);
});
