import { describe, expect, it } from 'vitest';
import { attributeMagnitude, attributeValues } from '../../../src/ike/negotiate/attribute-values.ts';
import { thrown, tlv, tv } from './samples.ts';

describe('attributeMagnitude', () => {
  it.each([
    ['TV', tv(12, 28_800), 28_800],
    ['a TLV of two octets', tlv(12, 0x70, 0x80), 28_800],
    ['a TLV of four octets', tlv(12, 0, 1, 0x51, 0x80), 86_400],
    ['a TLV of eight octets', tlv(12, 0, 0, 0, 0, 0, 1, 0x51, 0x80), 86_400],
    ['a TLV of none', tlv(12), 0],
  ])('reads %s (RFC 2408 §3.3)', (_, attribute, number) => {
    expect(attributeMagnitude(attribute)).toBe(number);
  });

  it('reads the prime of a group of theirs as the largest number instead of failing', () => {
    const prime = tlv(6, ...Array.from({ length: 96 }, () => 0xff));
    expect(attributeMagnitude(prime)).toBe(Number.MAX_SAFE_INTEGER);
    expect(attributeMagnitude(tlv(6, 0x20, 0, 0, 0, 0, 0, 0))).toBe(Number.MAX_SAFE_INTEGER);
    expect(attributeMagnitude(tlv(6, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe))).toBe(Number.MAX_SAFE_INTEGER - 1);
  });
});

describe('attributeValues', () => {
  it('gives the numbers by class, whatever their order, without the excepted classes', () => {
    const attributes = [tv(14, 256), tv(11, 1), tv(12, 3600), tv(1, 7), tv(11, 2)];
    expect([...attributeValues(attributes, [11, 12])]).toEqual([
      [14, 256],
      [1, 7],
    ]);
  });

  it('takes an attribute that says the same twice (RFC 2407 §4.5.2)', () => {
    expect([...attributeValues([tv(1, 7), tlv(1, 0, 0, 0, 7)], [])]).toEqual([[1, 7]]);
  });

  it('refuses an attribute that says two things (RFC 2407 §4.5.2)', () => {
    expect(thrown(() => attributeValues([tv(1, 7), tv(1, 5)], []))).toEqual({
      code: 'BAD_PROPOSAL_SYNTAX',
      details: { what: 'attribute with two values', attribute: 1 },
    });
  });

  it('tells zero from absent', () => {
    expect(thrown(() => attributeValues([tv(5, 0), tv(5, 1)], [])).code).toBe('BAD_PROPOSAL_SYNTAX');
  });
});
