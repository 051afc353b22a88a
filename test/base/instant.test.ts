import { expect, test } from 'vitest';
import { after, between, instant, milliseconds, seconds } from '../../src/base/instant.ts';

test('spans are milliseconds, added to an instant and taken between two', () => {
  expect(seconds(1.5)).toBe(milliseconds(1500));
  expect(after(instant(100), seconds(2))).toBe(2100);
  expect(between(instant(100), instant(2100))).toBe(2000);
  expect(between(instant(2100), instant(100))).toBe(-2000);
});
