import { expect, test } from 'vitest';
import { countReport, verdict } from '../../scripts/results.mjs';

const file = (name: string, ...statuses: string[]) => ({
  name: `/project/test/${name}`,
  status: statuses.includes('failed') ? 'failed' : 'passed',
  assertionResults: statuses.map((status, i) => ({ status, fullName: `case ${i}` })),
});
const clean = { status: 0, late: false };

test('counts what passed, failed and was skipped, and names the latter two', () => {
  const report = {
    success: false,
    testResults: [file('a.test.ts', 'passed', 'failed', 'skipped'), file('b.test.ts', 'passed', 'todo')],
  };
  expect(countReport(report, { status: 1, late: false }, '/project/')).toEqual({
    passed: 2,
    failures: ['test/a.test.ts: case 1'],
    skips: ['test/a.test.ts: case 2', 'test/b.test.ts: case 1'],
  });
});

test('a file that does not load is a failure', () => {
  const broken = { ...file('a.test.ts'), status: 'failed', message: 'SyntaxError: no\nat line 1' };
  expect(countReport({ success: false, testResults: [broken] }, { status: 1, late: false }, '/project/')).toEqual({
    passed: 0,
    failures: ['test/a.test.ts: SyntaxError: no'],
    skips: [],
  });
});

test('an error outside any test is a failure', () => {
  const report = { success: true, testResults: [file('a.test.ts', 'passed')] };
  const failures = ['vitest ended with status 1, outside any test'];
  expect(countReport(report, { status: 1, late: false }, '/project/')).toEqual({ passed: 1, failures, skips: [] });
  expect(countReport({ ...report, success: false }, clean, '/project/').failures).toHaveLength(1);
});

test('a process that died without a report is a failure', () => {
  expect(countReport(undefined, { status: 137, late: false }, '/project/')).toEqual({
    passed: 0,
    failures: ['vitest ended with status 137 and no report'],
    skips: [],
  });
});

test('a run whose time was up is a failure, whatever it reported', () => {
  const report = { success: true, testResults: [file('a.test.ts', 'passed')] };
  expect(countReport(report, { status: 0, late: true }, '/project/')).toEqual({
    passed: 1,
    failures: ['the time was up'],
    skips: [],
  });
});

test('the last line adds up, and what was skipped has failed where nothing may be skipped', () => {
  const outcomes = [
    { passed: 3, failures: [], skips: ['a', 'b'] },
    { passed: 4, failures: ['c'], skips: [] },
  ];
  expect(verdict(outcomes, { strict: false })).toEqual({ line: '7 passed, 1 failed, 2 skipped', failed: 1 });
  expect(verdict(outcomes, { strict: true })).toEqual({ line: '7 passed, 3 failed', failed: 3 });
  expect(verdict([{ passed: 3, failures: [], skips: [] }], { strict: false })).toEqual({
    line: '3 passed, 0 failed',
    failed: 0,
  });
});
