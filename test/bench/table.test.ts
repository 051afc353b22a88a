import { expect, test } from 'vitest';
import { withPart } from '../../bench/document.ts';
import { ratioOf, spreadOf, type BenchRow } from '../../bench/part.ts';
import { benchTable, figure, isKept } from '../../bench/table.ts';

const row: BenchRow = {
  what: 'a handshake',
  unit: 'ms CPU',
  value: { min: 0.9, median: 1, max: 1.25 },
  against: 'charon, 6.41 ms',
  ratio: { min: 0.15, median: 0.156, max: 0.2 },
  budget: { of: 'ratio', atMost: 0.25 },
};

test('a table has a row for each figure, with columns that stand below each other', () => {
  const once = { min: 9, median: 9, max: 9 };
  const plain: BenchRow = { what: 'memory', unit: 'KB', value: once, against: 'none', ratio: once };
  expect(benchTable([row, plain])).toBe(
    [
      '| what        | unit   | median | min to max    | against         | ratio                  | budget              |',
      '|-------------|--------|--------|---------------|-----------------|------------------------|---------------------|',
      '| a handshake | ms CPU | 1.00   | 0.900 to 1.25 | charon, 6.41 ms | 0.156 (0.150 to 0.200) | ratio ≤ 0.250: kept |',
      '| memory      | KB     | 9.00   |               | none            | 9.00                   |                     |',
    ].join('\n'),
  );
});

test.each([
  [{ of: 'ratio', atMost: 0.156 }, true],
  [{ of: 'ratio', atMost: 0.155 }, false],
  [{ of: 'ratio', atLeast: 0.157 }, false],
  [{ of: 'value', atMost: 0.99 }, false],
  [{ of: 'value', atLeast: 1, atMost: 1 }, true],
] as const)('the median decides on a budget: %j', (budget, kept) => {
  expect(isKept({ ...row, budget })).toBe(kept);
});

test('a budget of a ratio that was not measured is broken', () => {
  const { ratio, ...without } = row;
  expect(ratio).toBeDefined();
  expect(isKept(without)).toBe(false);
  expect(benchTable([without])).toContain('ratio ≤ 0.250: BROKEN');
});

test.each([
  [0, '0.00'],
  [0.03123, '0.0312'],
  [1.2549, '1.25'],
  [31.24, '31.2'],
  [3120.4, '3120'],
  [Number.NaN, '?'],
])('a figure has three digits that count: %d is %s', (value, text) => {
  expect(figure(value)).toBe(text);
});

test('a spread is the smallest, the middle and the largest, whatever their order', () => {
  expect(spreadOf([10, 2, 3])).toEqual({ min: 2, median: 3, max: 10 });
  expect(spreadOf([4, 1, 2, 3])).toEqual({ min: 1, median: 2.5, max: 4 });
  expect(() => spreadOf([])).toThrow('nothing was measured');
});

test('a ratio is taken pair by pair', () => {
  expect(ratioOf([1, 20, 3], [10, 10, 10])).toEqual({ min: 0.1, median: 0.3, max: 2 });
});

test('a part of the document is replaced, and nothing else', () => {
  const document = 'a\n<!-- x: npm run bench -->\nold\n<!-- /x -->\nb\n';
  expect(withPart(document, 'x', 'new')).toBe('a\n<!-- x: npm run bench -->\nnew\n<!-- /x -->\nb\n');
  expect(withPart(document.replace('old\n', ''), 'x', 'new')).toBe(
    'a\n<!-- x: npm run bench -->\nnew\n<!-- /x -->\nb\n',
  );
  expect(withPart('a\n', 'x', 'new')).toBe('a\n\n## x\n\n<!-- x: npm run bench -->\nnew\n<!-- /x -->\n');
});
