// @ts-check
// npm run fuzz [-- TARGET …] [--minutes N] [--seed TEXT] [--keep], or --replay FILE: tries inputs that nobody should be able to do
// harm with, for N minutes (10 unless told) over all targets. What shows something new is changed further; with --keep it goes
// to test/fuzz/corpus, which the unit suite replays. A finding is written to a file, with the command that shows it again.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';

const OUT = '.cache/fuzz';

execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'test/fuzz/tsconfig.json'], {
  stdio: 'inherit',
});
// What tests read from the project they find relative to where they are.
for (const name of ['vectors', 'examples'])
  if (!existsSync(`${OUT}/${name}`)) symlinkSync(`../../${name}`, `${OUT}/${name}`);
const { status } = spawnSync(process.execPath, [`${OUT}/test/fuzz/main.js`, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
