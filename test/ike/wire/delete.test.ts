import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { readDelete, writeDelete } from '../../../src/ike/wire/delete.ts';
import * as arbitrary from './arbitraries.ts';
import { testCodec } from './codec.ts';
import { refused } from './refused.ts';

const spisOf = (size: number) => fc.array(arbitrary.octets(size), { minLength: 1, maxLength: 5 });
const deleteOf = (protocolId: number, size: number) =>
  fc.record({ doi: arbitrary.u32, protocolId: fc.constant(protocolId), spis: spisOf(size) });

describe('Delete payload (RFC 2408 §3.15)', () => {
  testCodec('delete', {
    from: 'two ESP SPIs laid out by hand',
    sample: fromHex('00000001 03040002 0a0b0c0d 01020304'),
    value: { doi: 1, protocolId: 3, spis: [fromHex('0a0b0c0d'), fromHex('01020304')] },
    fixed: 16,
    values: fc.oneof(deleteOf(1, 16), deleteOf(2, 4), deleteOf(3, 4), deleteOf(4, 2), deleteOf(4, 4), deleteOf(200, 7)),
  });

  test('reads the cookie pair of an ISAKMP SA', () => {
    const cookies = fromHex('0102030405060708 1112131415161718');
    expect(readDelete(Uint8Array.of(0, 0, 0, 1, 1, 16, 0, 1, ...cookies))).toEqual({
      doi: 1,
      protocolId: 1,
      spis: [cookies],
    });
  });

  test.each([
    [1, 8],
    [1, 4],
    [2, 16],
    [3, 0],
    [3, 16],
    [4, 3],
    [9, 0],
  ])('refuses an SPI size that does not fit the protocol %d: %d', (protocolId, size) => {
    const body = Uint8Array.of(0, 0, 0, 1, protocolId, size, 0, 1, ...new Uint8Array(size));
    expect(refused(() => readDelete(body))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'SPI Size', size, protocolId },
    });
  });

  test.each([
    ['fewer', 3, 12],
    ['more', 1, 4],
    ['65535 in a payload of sixteen octets', 65535, 262140],
    ['none', 0, 0],
  ])('refuses a number of SPIs that is not the number there: %s', (_, count, need) => {
    const body = Uint8Array.of(0, 0, 0, 1, 3, 4, count >> 8, count & 0xff, 1, 2, 3, 4, 5, 6, 7, 8);
    expect(refused(() => readDelete(body))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: '# of SPIs', count, need, have: 8 },
    });
  });

  test('will not write SPIs of different or wrong lengths, or none', () => {
    for (const spis of [[fromHex('01020304'), fromHex('010203')], [fromHex('0102')], []]) {
      expect(refused(() => writeDelete({ doi: 1, protocolId: 3, spis })).code).toBe('INVALID_ARGUMENT');
    }
  });
});
