// @ts-check
// npm test [-- --checks] [-- SUITE …]: builds, runs suites in sequence, and says what came out of them.
//
// Without names it runs everything that this machine can run: unit (units, properties, simulations, documents), then, as
// root on Debian, interop (strongSwan in network namespaces) and kernel (a virtual machine whose kernel has ESP), for which
// it installs what is missing. What cannot run is named and counted as skipped; with CI=true that is a failure.
// --checks runs format, lint, types, unused code and package as well. The last line is `N passed, N failed[, N skipped]`.
import { verdict } from './results.mjs';
import { SUITES } from './suites.mjs';

/** @typedef {import('./results.mjs').Outcome} Outcome */

const ALL = ['unit', 'interop', 'kernel'];
const SHOWN = 50;

const args = process.argv.slice(2);
const named = args.filter((arg) => arg !== '--checks');
const unknown = named.filter((name) => !Object.hasOwn(SUITES, name));
if (unknown.length > 0) {
  console.error(`no such suite: ${unknown.join(', ')} (there are ${Object.keys(SUITES).join(', ')})`);
  process.exit(2);
}
const chosen = new Set([
  'build',
  ...(args.includes('--checks') ? ['checks'] : []),
  ...(named.length > 0 ? named : ALL),
]);
const strict = process.env['CI'] === 'true';

/** @type {{ name: string, outcome: Outcome, seconds: number }[]} */
const done = [];
for (const name of chosen) {
  console.log(`\n=== ${name}`);
  const from = performance.now();
  const outcome = await SUITES[name]?.().catch((error) => ({ passed: 0, failures: [String(error)], skips: [] }));
  if (outcome !== undefined) done.push({ name, outcome, seconds: (performance.now() - from) / 1000 });
}

const { line, failed } = verdict(
  done.map(({ outcome }) => outcome),
  { strict },
);
console.log(`\n${row('suite', 'passed', 'failed', 'skipped', 'seconds')}`);
for (const { name, outcome, seconds } of done) {
  console.log(row(name, outcome.passed, outcome.failures.length, outcome.skips.length, seconds.toFixed(1)));
}
tell(strict ? 'skipped, which CI does not allow' : 'skipped', skipsOf);
tell('failed', (outcome) => outcome.failures);
console.log(`\n${line}`);
process.exitCode = failed > 0 ? 1 : 0;

/**
 * One line for a suite that cannot run, else one for each test.
 *
 * @param {Outcome} outcome
 */
function skipsOf({ skips, obstacle }) {
  return obstacle === undefined ? skips : [`all ${skips.length}: ${obstacle}`];
}

/** @param {readonly (string | number)[]} cells */
function row(...cells) {
  return cells.map((cell, i) => (i === 0 ? String(cell).padEnd(10) : String(cell).padStart(9))).join('');
}

/**
 * @param {string} title
 * @param {(outcome: Outcome) => readonly string[]} of
 */
function tell(title, of) {
  const lines = done.flatMap(({ name, outcome }) => of(outcome).map((text) => `  ${name}: ${text}`));
  if (lines.length === 0) return;
  console.log(`\n${title}:\n${lines.slice(0, SHOWN).join('\n')}`);
  if (lines.length > SHOWN) console.log(`  and ${lines.length - SHOWN} more`);
}
