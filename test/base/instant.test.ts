import { expect, test } from 'vitest';
import { after, between, earlier, instant, milliseconds, seconds } from '../../src/base/instant.ts';

test('spans are milliseconds, added to an instant and taken between two', () => {
  expect(seconds(1.5)).toBe(milliseconds(1500));
  expect(after(instant(100), seconds(2))).toBe(2100);
  expect(between(instant(100), instant(2100))).toBe(2000);
  expect(between(instant(2100), instant(100))).toBe(-2000);
});

test('the earlier of two is the smaller, and never is later than anything', () => {
  expect(earlier(instant(2), instant(1))).toBe(1);
  expect(earlier(instant(1), instant(2))).toBe(1);
  expect(earlier(undefined, instant(2))).toBe(2);
  expect(earlier(instant(2), undefined)).toBe(2);
  expect(earlier(undefined, undefined)).toBeUndefined();
});
