import { expect, test } from 'vitest';
import { isReported, lineOfRow, lineTitle, readRows, replaceRow, reportText } from './report.ts';

const row = (what: string, result: string): string[] => [
  what,
  'initiator',
  'p1',
  'p2',
  'no NAT',
  'kernel',
  '5.9.8',
  '6.1.0',
  result,
  '1.0',
  'day',
];

test('reads its own table back', () => {
  const rows = [row('a', 'passed'), row('b', '**failed**')];
  expect(readRows(reportText(rows))).toEqual(rows);
});

test('finds the test of a row by its title, and knows such titles', () => {
  const title = lineTitle(lineOfRow(row('a', 'passed')));
  expect(title).toBe('a: we are initiator, p1, ESP p2, no NAT, kernel peer');
  expect(isReported(title)).toBe(true);
  expect(isReported(`the lab itself: ${title}`)).toBe(false);
  expect(isReported('the demonstration brings pings back')).toBe(false);
});

test('puts a new result in the place of the old one and keeps the order', () => {
  expect(replaceRow([row('a', 'x'), row('c', 'x')], row('b', 'new'))).toEqual([
    row('a', 'x'),
    row('b', 'new'),
    row('c', 'x'),
  ]);
  expect(replaceRow([row('a', 'x'), row('b', 'x')], row('a', 'new'))).toEqual([row('a', 'new'), row('b', 'x')]);
});
