import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { readFragment, writeFragment } from '../../../src/ike/wire/fragment.ts';
import * as arbitrary from './arbitraries.ts';
import { testCodec } from './codec.ts';
import { refused } from './refused.ts';

describe('Fragment payload (132)', () => {
  testCodec('fragment', {
    from: 'the third and last piece laid out by hand',
    sample: fromHex('0001 03 01 a0b0c0d0'),
    value: { fragmentId: 1, number: 3, last: true, flags: 1, data: fromHex('a0b0c0d0') },
    fixed: 5,
    values: fc
      .record({
        fragmentId: arbitrary.u16,
        number: fc.integer({ min: 1, max: 255 }),
        flags: arbitrary.u8,
        data: arbitrary.octets(1, 100),
      })
      .map((fragment) => ({ ...fragment, last: (fragment.flags & 1) === 1 })),
  });

  test('keeps the other bits of Flags', () => {
    expect(readFragment(fromHex('0001 01 fe 00'))).toEqual({
      fragmentId: 1,
      number: 1,
      last: false,
      flags: 0xfe,
      data: Uint8Array.of(0),
    });
  });

  test('writes bit 0 of Flags as `last` says, and zeros where no flags are given', () => {
    const fragment = { fragmentId: 1, number: 1, data: Uint8Array.of(9) };
    expect(writeFragment({ ...fragment, last: true })).toEqual(fromHex('0001 01 01 09'));
    expect(writeFragment({ ...fragment, last: false, flags: 0x81 })).toEqual(fromHex('0001 01 80 09'));
    expect(writeFragment({ ...fragment, last: true, flags: 0x80 })).toEqual(fromHex('0001 01 81 09'));
  });

  test('refuses the number 0', () => {
    expect(refused(() => readFragment(fromHex('0001 00 01 a0')))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'Number', payload: 'FRAGMENT', need: 1, have: 0 },
    });
  });

  test('refuses a piece without data', () => {
    expect(refused(() => readFragment(fromHex('0001 01 01'))).details).toEqual({
      what: 'Fragment Data',
      need: 1,
      have: 0,
    });
  });
});
