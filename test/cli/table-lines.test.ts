import { expect, test } from 'vitest';
import { tableLines } from '../../src/cli/table-lines.ts';

test('columns are as wide as their widest cell, and those without content are left out', () => {
  expect(
    tableLines(
      ['NAME', 'EMPTY', 'STATE'],
      [
        ['a', '', 'up'],
        ['longer', '', ''],
      ],
    ),
  ).toEqual(['NAME    STATE', 'a       up', 'longer']);
});
