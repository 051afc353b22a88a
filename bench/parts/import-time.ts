import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BenchPart, type BenchRow, type Budget, ratioOf, spreadOf } from '../part.ts';
import { figure } from '../table.ts';

/** The entry points, by the names that users import, and what is promised of the first. */
const ENTRIES: readonly { readonly name: string; readonly budget?: Budget }[] = [
  { name: 'sallyport', budget: { of: 'value', atMost: 80 } },
  { name: 'sallyport/core' },
  { name: 'sallyport/sim' },
  { name: 'sallyport/wire' },
];

/** What `import` of an entry point takes over that of an empty module, in a process that is new each time. */
export const importTime: BenchPart = {
  name: 'import',
  async run({ quick, progress }) {
    const rounds = quick ? 3 : 21;
    progress(`${rounds} rounds of ${ENTRIES.length + 1} processes`);
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
    try {
      await writeFile(join(folder, 'empty.mjs'), '');
      const empty: number[] = [];
      const entries = ENTRIES.map((entry) => ({ ...entry, times: [] as number[] }));
      for (let round = 0; round < rounds; round++) {
        empty.push(millisecondsToImport(pathToFileURL(join(folder, 'empty.mjs')).href));
        for (const { name, times } of entries) times.push(millisecondsToImport(name));
      }
      return entries.map((entry): BenchRow => rowOf(entry, empty));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function rowOf(
  { name, times, budget }: { readonly name: string; readonly times: readonly number[]; readonly budget?: Budget },
  empty: readonly number[],
): BenchRow {
  return {
    what: `import '${name}', over an empty module`,
    unit: 'ms',
    value: spreadOf(times.map((time, i) => time - (empty[i] ?? Number.NaN))),
    against: `an empty module, ${figure(spreadOf(empty).median)} ms`,
    ratio: ratioOf(times, empty),
    ...(budget === undefined ? {} : { budget }),
  };
}

/** In a process of its own, without the start of that process. The project's root is where names of the package lead to dist. */
function millisecondsToImport(specifier: string): number {
  const program = `
    const from = performance.now();
    await import(${JSON.stringify(specifier)});
    console.log(performance.now() - from);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' }));
}
