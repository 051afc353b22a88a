import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { isReported, lineTitle, lineOfRow, readRows, reportText } from '../lab/report.ts';
import { inProject, readInProject } from '../project.ts';
import { expectGenerated } from './generated.ts';

const REPORT = 'docs/interop.md';

/** The cells as the code has them, those too that do not run each time, found without running them. */
function cellsOf(config: string): string[] {
  const args = ['node_modules/vitest/vitest.mjs', 'list', '--json', '--config', config];
  const listed = execFileSync(process.execPath, args, {
    cwd: inProject(''),
    env: { ...process.env, SALLYPORT_LONG: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const tests = JSON.parse(listed.toString()) as { readonly name: string }[];
  return tests.map(({ name }) => name.split(' > ').at(-1) ?? '').filter(isReported);
}

test('the table of interoperability has one row for each cell, and every one passed', () => {
  const cells = [...cellsOf('vitest.interop.config.ts'), ...cellsOf('vitest.kernel.config.ts')].sort();
  expect(new Set(cells).size).toBe(cells.length);
  const rows = readRows(readInProject(REPORT));
  // Results cannot be made up here: a cell that has no row is a run that is missing. A row without a cell can go.
  const known = rows.filter((row) => cells.includes(lineTitle(lineOfRow(row))));
  expectGenerated(REPORT, reportText(known));
  expect(known.map((row) => lineTitle(lineOfRow(row))).sort(), 'run the missing cells: test/lab/README.md').toEqual(
    cells,
  );
  expect(known.filter((row) => !row.includes('passed'))).toEqual([]);
}, 300_000);
