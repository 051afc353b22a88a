import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import {
  attributeNumber,
  basicAttribute,
  type DataAttribute,
  numberAttribute,
  readAttributes,
  writeAttributes,
} from '../../../src/ike/wire/attributes.ts';
import * as arbitrary from './arbitraries.ts';
import { assertRoundTrip } from './codec.ts';
import { refused } from './refused.ts';

const tlv = (type: number, hex: string): DataAttribute => ({ type, format: 'tlv', value: fromHex(hex) });

describe('data attributes (RFC 2408 §3.3)', () => {
  test('reads both forms and keeps which it was', () => {
    const bytes = fromHex('800b0001 000c0004 00015180 000c0000 ffffffff');
    const attributes = [
      basicAttribute(11, 1),
      tlv(12, '00015180'),
      tlv(12, ''),
      { type: 0x7fff, format: 'tv', value: fromHex('ffff') },
    ];
    expect(readAttributes(bytes)).toEqual(attributes);
    expect(writeAttributes(attributes as DataAttribute[])).toEqual(bytes);
  });

  test.each([
    ['80', 'Attribute Type', 2, 1],
    ['800b', 'Attribute Value', 2, 0],
    ['800b00', 'Attribute Value', 2, 1],
    ['000c', 'Attribute Length', 2, 0],
    ['000c00', 'Attribute Length', 2, 1],
    ['000c0004000151', 'Attribute Value', 4, 3],
    ['000cffff00015180', 'Attribute Value', 65535, 4],
  ])('refuses to end early: %s', (hex, what, need, have) => {
    expect(refused(() => readAttributes(fromHex(hex)))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what, need, have },
    });
  });

  test('whatever can be said is read back as it was written', () => {
    assertRoundTrip<readonly DataAttribute[]>(fc.array(arbitrary.dataAttribute), writeAttributes, readAttributes);
  });

  test.each<[string, number]>([
    ['80', 128],
    ['0080', 128],
    ['00000000', 0],
    ['00015180', 86_400],
    ['ffffffff', 4_294_967_295],
    ['00000000000000000000ffffffffffff', 281_474_976_710_655],
  ])('reads the number in a TLV of any length: %s (RFC 2409 Appendix A)', (hex, number) => {
    expect(attributeNumber(tlv(12, hex))).toBe(number);
  });

  test('reads the number in a TV', () => {
    expect(attributeNumber(basicAttribute(14, 256))).toBe(256);
  });

  test.each(['', '01000000000000', 'ffffffffffffffff'])('refuses as a number: %j', (hex) => {
    expect(refused(() => attributeNumber(tlv(12, hex)))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'Attribute Value', type: 12, length: hex.length / 2 },
    });
  });

  test('writes a number as TV as long as 16 bits do, else as a TLV of four octets', () => {
    expect(writeAttributes([numberAttribute(12, 65_535)])).toEqual(fromHex('800cffff'));
    expect(writeAttributes([numberAttribute(12, 65_536)])).toEqual(fromHex('000c0004 00010000'));
    expect(writeAttributes([numberAttribute(12, 4_294_967_295)])).toEqual(fromHex('000c0004 ffffffff'));
  });

  test('reads back every number that it writes', () => {
    fc.assert(
      fc.property(arbitrary.u32, (n) => {
        expect(attributeNumber(numberAttribute(2, n))).toBe(n);
      }),
      { seed: 2408 },
    );
  });

  test.each([-1, 0.5, Number.NaN, 4_294_967_296])('will not write %d', (n) => {
    expect(refused(() => numberAttribute(2, n)).code).toBe('INVALID_ARGUMENT');
  });

  test('will not write a TV that has not two octets, nor a type of 16 bits', () => {
    expect(refused(() => basicAttribute(1, 65_536)).code).toBe('INVALID_ARGUMENT');
    expect(refused(() => writeAttributes([{ type: 1, format: 'tv', value: fromHex('01') }])).code).toBe(
      'INVALID_ARGUMENT',
    );
    expect(refused(() => writeAttributes([{ type: 0x8000, format: 'tlv', value: fromHex('01') }])).code).toBe(
      'INVALID_ARGUMENT',
    );
  });
});
