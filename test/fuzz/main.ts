// The fuzz target that runs for hours: see scripts/fuzz.mjs, which compiles it and hands on its arguments.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { toHex } from '../../src/base/bytes.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { Corpus, distilled } from './corpus.ts';
import { Finding, Search } from './search.ts';
import type { Target } from './target.ts';
import { TARGETS } from './targets.ts';

const FINDINGS = '.cache/fuzz-findings';
const REPORT_EVERY = 60_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now()) },
    replay: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});

if (values.replay === undefined) await searchAll();
else await replay(values.replay);

/** Runs the input of one file, whose name begins with that of its target. */
async function replay(path: string): Promise<void> {
  const name = basename(path).split('-')[0] ?? '';
  const target = made(name);
  for (const seen of await target.run(new Uint8Array(readFileSync(path)))) console.log(seen);
  await target.reset?.();
  await target.close?.();
}

async function searchAll(): Promise<void> {
  const names = positionals.length > 0 ? positionals : Object.keys(TARGETS);
  const time = (Number(values.minutes) * 60_000) / names.length;
  console.log(`seed ${values.seed}, ${values.minutes} min for ${names.join(', ')}`);
  for (const name of names) if (!(await search(made(name), time))) process.exitCode = 1;
}

/** False where something was found. */
async function search(target: Target, time: number): Promise<boolean> {
  const corpus = new Corpus(target);
  const one = new Search(target);
  const random = new SeededRandom(values.seed).fork(target.name);
  const from = performance.now();
  let reported = from;
  try {
    await one.learn([...target.seeds(), ...corpus.read()]);
    const known = one.seen.size;
    console.log(`${target.name}: ${one.executions} inputs to begin with show ${known} things`);
    while (performance.now() - from < time) {
      await one.step(random);
      if (performance.now() - reported < REPORT_EVERY) continue;
      reported = performance.now();
      tell(one, from, known);
    }
    await target.reset?.();
    tell(one, from, known);
    if (values.keep) corpus.write(await distilled(target, one.kept));
    return true;
  } catch (error) {
    if (!(error instanceof Finding)) throw error;
    console.error(
      `${target.name}: after ${one.executions} executions\n${error.message}\n${saved(target, error.input)}`,
    );
    return false;
  } finally {
    await target.close?.();
  }
}

function tell({ target, executions, seen, kept }: Search, from: number, known: number): void {
  const rate = Math.round(executions / ((performance.now() - from) / 1000));
  console.log(
    `${target.name}: ${executions} executions, ${rate} a second, ${seen.size - known} new things, ${kept.length} inputs kept`,
  );
}

function saved(target: Target, input: Uint8Array): string {
  mkdirSync(FINDINGS, { recursive: true });
  const path = `${FINDINGS}/${target.name}-${toHex(input.subarray(0, 8))}-${input.length}.bin`;
  writeFileSync(path, input);
  return `again: npm run fuzz -- --replay ${path}\nwhen it is mended, its octets in hexadecimal become a line of ${new Corpus(target).findings}`;
}

function made(name: string): Target {
  const make = TARGETS[name];
  if (make === undefined) throw new Error(`no target ${name}; there are ${Object.keys(TARGETS).join(', ')}`);
  return make();
}
