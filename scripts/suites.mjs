// @ts-check
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LAB_PACKAGES, prepare, VM_PACKAGES } from './machine.mjs';
import { countReport } from './results.mjs';
import { run } from './run.mjs';

/** @typedef {import('./results.mjs').Outcome} Outcome */

const root = fileURLToPath(new URL('../', import.meta.url));
const VITEST = [process.execPath, 'node_modules/vitest/vitest.mjs'];
const MINUTE = 60_000;
const VM_MINUTES = 18;
/** With SALLYPORT_LONG every cell of the design runs, else those that have each value once. */
const INTEROP_MINUTES = process.env['SALLYPORT_LONG'] === undefined ? 15 : 25;
/** More with more seeds than usual, which is not for CI. */
const UNIT_MINUTES = process.env['SALLYPORT_TIMES'] === undefined ? 10 : 40;

/**
 * Every suite by its name. They are bounded in time, together below the 45 minutes of CI.
 *
 * @type {Readonly<Record<string, () => Promise<Outcome>>>}
 */
export const SUITES = {
  checks: () => steps(['format:check', 'lint', 'types', 'unused', 'package']),
  build: () => steps(['build']),
  unit: () => vitest('unit', { config: 'vitest.config.ts', limit: UNIT_MINUTES * MINUTE }),
  interop: () =>
    vitest('interop', { config: 'vitest.interop.config.ts', limit: INTEROP_MINUTES * MINUTE, packages: LAB_PACKAGES }),
  kernel: () =>
    vitest('kernel', {
      config: 'vitest.kernel.config.ts',
      limit: (VM_MINUTES + 2) * MINUTE,
      packages: VM_PACKAGES,
      inside: ['bash', 'test/lab/vm-run.sh', '-m', '2048', '-t', String(VM_MINUTES * 60), '--'],
    }),
};

/**
 * Runs scripts of package.json; each counts as one.
 *
 * @param {readonly string[]} names
 * @returns {Promise<Outcome>}
 */
async function steps(names) {
  /** @type {string[]} */
  const failures = [];
  for (const name of names) {
    console.log(`--- npm run ${name}`);
    const { status, late } = await run(['npm', 'run', '--silent', name], { limit: 5 * MINUTE });
    if (status !== 0) failures.push(`npm run ${name}: ${late ? 'the time was up' : `status ${status}`}`);
  }
  return { passed: names.length - failures.length, failures, skips: [] };
}

/**
 * Runs a suite of vitest and counts its tests. Where the machine cannot run it, each of its tests is skipped.
 *
 * @param {string} name
 * @param {object} suite
 * @param {string} suite.config
 * @param {number} suite.limit
 * @param {readonly string[]} [suite.packages] what has to be installed; only suites for root on Debian have some
 * @param {readonly string[]} [suite.inside] the command that runs a command in a virtual machine
 * @returns {Promise<Outcome>}
 */
async function vitest(name, { config, limit, packages, inside = [] }) {
  const obstacle = packages === undefined ? undefined : await prepare(packages);
  if (obstacle !== undefined) {
    return { passed: 0, failures: [], skips: testsOf(config), obstacle };
  }
  const file = `.cache/results/${name}.json`;
  mkdirSync(`${root}.cache/results`, { recursive: true });
  rmSync(`${root}${file}`, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const end = await run([...inside, ...VITEST, 'run', '--config', config, ...reporters], { limit });
  return countReport(readReport(file), end, root);
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(`${root}${file}`, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * The names of a suite's tests, found without running them.
 *
 * @param {string} config
 * @returns {string[]}
 */
function testsOf(config) {
  const [node = '', ...args] = VITEST;
  const command = [...args, 'list', '--json', '--config', config];
  const listed = execFileSync(node, command, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], timeout: 2 * MINUTE });
  /** @type {{ name: string, file: string }[]} */
  const tests = JSON.parse(listed.toString());
  return tests.map((test) => `${test.file.slice(root.length)}: ${test.name}`);
}
