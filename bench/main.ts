// npm run bench [-- --quick] [-- PART …]: measures, prints a table for each part, and writes docs/bench.md.
//
// The status is 1 where a budget is broken or a part could not be measured. With --quick, few repetitions, no verdict and
// nothing written.
import { circumstances, writePart } from './document.ts';
import type { BenchPart } from './part.ts';
import { diffieHellman } from './parts/diffie-hellman.ts';
import { esp } from './parts/esp.ts';
import { handshakes } from './parts/handshakes.ts';
import { importTime } from './parts/import-time.ts';
import { memory } from './parts/memory.ts';
import { throughput } from './parts/throughput.ts';
import { benchTable, isKept } from './table.ts';

const PARTS: readonly BenchPart[] = [diffieHellman, handshakes, memory, importTime, esp, throughput];

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const named = args.filter((arg) => arg !== '--quick');
const unknown = named.filter((name) => !PARTS.some((part) => part.name === name));
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')} (there are ${PARTS.map(({ name }) => name).join(', ')})`);
  process.exit(2);
}

const progress = (text: string): void => console.error(`  ${text}`);
for (const part of PARTS.filter(({ name }) => named.length === 0 || named.includes(name))) {
  console.log(`\n=== ${part.name}`);
  try {
    const rows = await part.run({ quick, progress });
    const table = benchTable(rows);
    console.log(table);
    if (quick) continue;
    writePart(part.name, `${table}\n\n${circumstances()}`);
    if (!rows.every(isKept)) process.exitCode = 1;
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}
