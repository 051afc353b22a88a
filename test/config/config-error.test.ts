import { describe, expect, test } from 'vitest';
import { ConfigError, type ConfigIssue, issueText, pathText } from '../../src/config/config-error.ts';

const issue: ConfigIssue = {
  severity: 'error',
  code: 'UNKNOWN_KEY',
  path: ['connections', 0, 'remote', 'adress'],
  line: 3,
  column: 7,
  message: 'unknown key "adress"',
  hint: 'did you mean "address"?',
};

test.each([
  [[], '(top)'],
  [['gateway'], 'gateway'],
  [['connections', 0, 'tunnels', 12, 'local'], 'connections[0].tunnels[12].local'],
])('the path %j reads %j', (path, expected) => {
  expect(pathText(path)).toBe(expected);
});

test('an issue is one line with its place, path, message and hint', () => {
  expect(issueText(issue)).toBe('3:7: connections[0].remote.adress: unknown key "adress"; did you mean "address"?');
});

test('an issue of an object has no place, and need not have a hint', () => {
  expect(issueText({ severity: 'error', code: 'WRONG_TYPE', path: ['esp'], message: 'expected a mapping' })).toBe(
    'esp: expected a mapping',
  );
});

describe('ConfigError', () => {
  test('says everything in its message and keeps the issues', () => {
    const error = new ConfigError([issue, { ...issue, path: [], message: 'x', hint: 'y' }]);
    expect(error.message).toBe(
      'the configuration has 2 errors\n' +
        '3:7: connections[0].remote.adress: unknown key "adress"; did you mean "address"?\n' +
        '3:7: (top): x; y',
    );
    expect(error.name).toBe('ConfigError');
    expect(error.issues).toHaveLength(2);
    expect(new ConfigError([issue]).message).toMatch(/^the configuration has an error\n/);
  });

  test('is recognised by its brand', () => {
    expect(ConfigError.is(new ConfigError([]))).toBe(true);
    expect(ConfigError.is(new Error('x'))).toBe(false);
    expect(ConfigError.is(undefined)).toBe(false);
  });
});
