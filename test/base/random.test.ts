import { expect, test } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import { randomFraction, randomU32 } from '../../src/base/random.ts';

test.each([
  ['00000000', 0],
  ['00000001', 1],
  ['80000000', 0x80000000],
  ['fffefdfc', 0xfffefdfc],
])('four octets %s make the unsigned number %i', (hex, number) => {
  const asked: number[] = [];
  expect(randomU32({ bytes: (length) => (asked.push(length), fromHex(hex)) })).toBe(number);
  expect(asked).toEqual([4]);
});

test('a fraction is at least 0 and below 1', () => {
  const of = (hex: string): number => randomFraction({ bytes: () => fromHex(hex) });
  expect([of('00000000'), of('80000000'), of('ffffffff')]).toEqual([0, 0.5, 1 - 2 ** -32]);
});
