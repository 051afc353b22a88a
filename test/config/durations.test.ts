import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { milliseconds } from '../../src/base/instant.ts';
import { durationText, parseDuration } from '../../src/config/durations.ts';

describe('parseDuration', () => {
  test.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['8h', 28_800_000],
    ['1d', 86_400_000],
    ['0s', 0],
    [' 30s ', 30_000],
    [30, 30_000],
    [0.25, 250],
  ])('%j is %i milliseconds', (written, expected) => {
    expect(parseDuration(written)).toEqual({ ok: true, value: expected });
  });

  test.each([
    '',
    '30',
    '30 s',
    '1h30m',
    '1.5h',
    '-5s',
    '8 hours',
    '5min',
    '5M',
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e300,
  ])('refuses %j', (written) => {
    expect(parseDuration(written)).toEqual({
      ok: false,
      refusal: {
        code: 'INVALID_DURATION',
        message: `${typeof written === 'string' ? `"${written}"` : written} is no duration`,
        hint: 'write a whole number and a unit, like 250ms, 30s, 5m, 8h or 1d',
      },
    });
  });
});

describe('durationText', () => {
  test.each([
    [0, '0s'],
    [250, '250ms'],
    [90_000, '90s'],
    [3_600_000, '1h'],
    [86_400_000, '1d'],
    [129_600_000, '36h'],
  ])('%i milliseconds are %j', (duration, expected) => {
    expect(durationText(milliseconds(duration))).toBe(expected);
  });

  test('is read back as the same duration', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000_000_000 }), (n) => {
        expect(parseDuration(durationText(milliseconds(n)))).toEqual({ ok: true, value: n });
      }),
    );
  });
});
