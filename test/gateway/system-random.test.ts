import { expect, test } from 'vitest';
import { systemRandom } from '../../src/gateway/system-random.ts';

test.each([0, 1, 4, 32, 255, 256, 257, 5000])('%i octets are as many as were asked for', (length) => {
  expect(systemRandom.bytes(length)).toHaveLength(length);
});

test('no octets are given out twice, whatever is asked for', () => {
  const all = Array.from({ length: 2000 }, (_, i) =>
    systemRandom
      .bytes(i % 7 === 0 ? 300 : 16)
      .slice(0, 16)
      .join(),
  );
  expect(new Set(all).size).toBe(all.length);
});

test('what is given out belongs to the caller', () => {
  const first = systemRandom.bytes(32);
  const copy = first.slice();
  systemRandom.bytes(32).fill(0);
  expect(first).toEqual(copy);
  expect(first.every((octet) => octet === 0)).toBe(false);
});
