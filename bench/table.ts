import type { BenchRow, Budget, Spread } from './part.ts';

const HEAD = ['what', 'unit', 'median', 'min to max', 'against', 'ratio', 'budget'];

/** The rows as a Markdown table, columns aligned, which reads as well in a terminal. */
export function benchTable(rows: readonly BenchRow[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [head = [], ...body] = cells;
  return [line(head), rule, ...body.map(line)].join('\n');
}

function cellsOf(row: BenchRow): string[] {
  const { what, unit, value, against = '', ratio, budget } = row;
  const kept = budget === undefined ? '' : `${promise(budget)}: ${isKept(row) ? 'kept' : 'BROKEN'}`;
  return [what, unit, figure(value.median), range(value), against, ratio === undefined ? '' : ratioText(ratio), kept];
}

/** Whether a row keeps its budget; one without keeps it always. */
export function isKept({ value, ratio, budget }: BenchRow): boolean {
  if (budget === undefined) return true;
  const median = budget.of === 'value' ? value.median : (ratio?.median ?? Number.NaN);
  return median <= (budget.atMost ?? Infinity) && median >= (budget.atLeast ?? -Infinity);
}

function promise({ of, atMost, atLeast }: Budget): string {
  const limits = [
    ...(atMost === undefined ? [] : [`≤ ${figure(atMost)}`]),
    ...(atLeast === undefined ? [] : [`≥ ${figure(atLeast)}`]),
  ].join(', ');
  return of === 'ratio' ? `ratio ${limits}` : limits;
}

function ratioText(ratio: Spread): string {
  const text = range(ratio);
  return text === '' ? figure(ratio.median) : `${figure(ratio.median)} (${text})`;
}

const range = ({ min, max }: Spread): string => (min === max ? '' : `${figure(min)} to ${figure(max)}`);

/** Three digits that count, or all of a large number: `0.0312`, `1.25`, `31.2`, `3120`. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '?';
  const magnitude = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.max(0, 2 - magnitude));
}
