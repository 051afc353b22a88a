// @ts-check
/**
 * What came out of a suite. `failures` and `skips` name one each, in words.
 *
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {readonly string[]} failures
 * @property {readonly string[]} skips
 * @property {string} [obstacle] why the suite cannot run at all
 *
 * @typedef {object} Report the part of vitest's JSON report that counts
 * @property {boolean} success
 * @property {readonly { name: string, status: string, message?: string, assertionResults: readonly { status: string, fullName: string }[] }[]} testResults
 */

/**
 * Counts a report of vitest. What went wrong outside any test (a file that does not load, an error that nobody caught, a
 * process that died) counts as one failure, so that nothing but a clean run has none.
 *
 * @param {Report | undefined} report undefined where none was written
 * @param {{ readonly status: number, readonly late: boolean }} end
 * @param {string} folder what test files' names are shortened by
 * @returns {Outcome}
 */
export function countReport(report, { status, late }, folder) {
  if (late) return withFailure(report, folder, 'the time was up');
  if (report === undefined)
    return { passed: 0, failures: [`vitest ended with status ${status} and no report`], skips: [] };
  const outcome = countTests(report, folder);
  if (outcome.failures.length > 0 || (report.success && status === 0)) return outcome;
  return withFailure(report, folder, `vitest ended with status ${status}, outside any test`);
}

/**
 * @param {Report | undefined} report
 * @param {string} folder
 * @param {string} failure
 * @returns {Outcome}
 */
function withFailure(report, folder, failure) {
  const { passed, failures, skips } = countTests(report ?? { success: false, testResults: [] }, folder);
  return { passed, failures: [...failures, failure], skips };
}

/**
 * @param {Report} report
 * @param {string} folder
 * @returns {Outcome}
 */
function countTests({ testResults }, folder) {
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ status, fullName }) => ({ status, name: `${shorten(name, folder)}: ${fullName}` })),
  );
  const dead = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failures: [
      ...tests.filter(({ status }) => status === 'failed').map(({ name }) => name),
      ...dead.map(({ name, message }) => `${shorten(name, folder)}: ${message?.split('\n')[0] ?? 'did not run'}`),
    ],
    skips: tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ name }) => name),
  };
}

/**
 * @param {string} name
 * @param {string} folder
 */
const shorten = (name, folder) => (name.startsWith(folder) ? name.slice(folder.length) : name);

/**
 * The last line of a run. Where `strict`, what was skipped has failed.
 *
 * @param {readonly Outcome[]} outcomes
 * @param {{ readonly strict: boolean }} options
 * @returns {{ readonly line: string, readonly failed: number }}
 */
export function verdict(outcomes, { strict }) {
  /** @param {(outcome: Outcome) => number} of */
  const sum = (of) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const skipped = sum(({ skips }) => skips.length);
  const failed = sum(({ failures }) => failures.length) + (strict ? skipped : 0);
  const line = `${sum(({ passed }) => passed)} passed, ${failed} failed`;
  return { line: skipped > 0 && !strict ? `${line}, ${skipped} skipped` : line, failed };
}
