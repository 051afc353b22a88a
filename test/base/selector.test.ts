import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipAddress, ipBytes, requireIpAddress } from '../../src/base/address.ts';
import { toHex } from '../../src/base/bytes.ts';
import {
  compareBytes,
  parseSelector,
  prefixLength,
  sameSelector,
  selectorHas,
  selectorText,
  type TrafficSelector,
} from '../../src/base/selector.ts';

const number = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);
const address = (value: bigint, octets: number) =>
  ipAddress(Uint8Array.from({ length: octets }, (_, i) => Number((value >> BigInt(8 * (octets - 1 - i))) & 0xffn)));

/** A range by arithmetic on whole numbers: slow, and without a mask to get wrong. */
const selector: fc.Arbitrary<TrafficSelector> = fc
  .record({
    octets: fc.constantFrom(4, 16),
    base: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
    length: fc.nat(128),
    other: fc.option(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), { nil: undefined }),
    protocol: fc.oneof(fc.constant(0), fc.nat(255)),
    port: fc.oneof(fc.constant(0), fc.nat(65_535)),
  })
  .map(({ octets, base, length, other, protocol, port }) => {
    const bits = BigInt(octets * 8);
    const size = 1n << (bits - BigInt(Math.min(length, octets * 8)));
    const from = BigInt.asUintN(Number(bits), base);
    const low = other === undefined ? (from / size) * size : from;
    const high = other === undefined ? low + size - 1n : BigInt.asUintN(Number(bits), other);
    const [first, last] = low <= high ? [low, high] : [high, low];
    return { first: address(first, octets), last: address(last, octets), protocol, port };
  });

describe('a traffic selector', () => {
  it('survives its text', () => {
    fc.assert(
      fc.property(selector, (value) => {
        expect(parseSelector(selectorText(value))).toEqual(value);
      }),
      {
        numRuns: 500,
      },
    );
  });
  it('has the prefix length that arithmetic gives it, or none', () => {
    fc.assert(
      fc.property(selector, ({ first, last }) => {
        const octets = ipBytes(first).length;
        const [low, high] = [number(ipBytes(first)), number(ipBytes(last))];
        const size = high - low + 1n;
        const isPrefix = (size & (size - 1n)) === 0n && low % size === 0n;
        expect(prefixLength({ first, last })).toBe(isPrefix ? octets * 8 - size.toString(2).length + 1 : undefined);
      }),
    );
  });
  it('has an address as whole numbers compare', () => {
    fc.assert(
      fc.property(selector, selector, (range, { first: one }) => {
        const [bytes, first, last] = [one, range.first, range.last].map(ipBytes) as [
          Uint8Array,
          Uint8Array,
          Uint8Array,
        ];
        const within = number(first) <= number(bytes) && number(bytes) <= number(last);
        expect(selectorHas(range, one)).toBe(bytes.length === first.length && within);
        expect([range.first, range.last].map((end) => selectorHas(range, end))).toEqual([true, true]);
      }),
    );
  });
  it.each([
    ['10.1.0.0/24', '10.1.0.0', '10.1.0.255', '10.1.0.0/24'],
    ['10.1.0.7/24', '10.1.0.0', '10.1.0.255', '10.1.0.0/24'],
    ['10.1.0.7', '10.1.0.7', '10.1.0.7', '10.1.0.7'],
    ['10.1.0.7/32', '10.1.0.7', '10.1.0.7', '10.1.0.7'],
    ['0.0.0.0/0', '0.0.0.0', '255.255.255.255', '0.0.0.0/0'],
    ['10.1.0.0-10.1.0.255', '10.1.0.0', '10.1.0.255', '10.1.0.0/24'],
    [' 10.1.0.1 - 10.1.0.9 ', '10.1.0.1', '10.1.0.9', '10.1.0.1-10.1.0.9'],
    ['2001:DB8::/33', '2001:db8::', '2001:db8:7fff:ffff:ffff:ffff:ffff:ffff', '2001:db8::/33'],
  ])('%j is %s to %s, in short %s', (text, first, last, short) => {
    const value = parseSelector(text);
    expect(value).toEqual({ first, last, protocol: 0, port: 0 });
    expect(selectorText(value)).toBe(short);
  });
  it('has a protocol and a port behind it, 0 for any (RFC 2407 §4.6.2)', () => {
    const value = { first: '10.1.0.7', last: '10.1.0.7', protocol: 6, port: 22 };
    expect(parseSelector('10.1.0.7[6/22]')).toEqual(value);
    expect(selectorText(parseSelector('10.1.0.7[6/0]'))).toBe('10.1.0.7[6/0]');
    expect(selectorText(parseSelector('10.1.0.7[0/0]'))).toBe('10.1.0.7');
  });
  it.each([
    '',
    '10.1.0.0/33',
    '2001:db8::/129',
    '10.1.0.0/',
    '10.1.0.0/-1',
    '10.1.0.0/24/8',
    '10.1.0.9-10.1.0.1',
    '10.1.0.1-2001:db8::1',
    '10.1.0.1-10.1.0.2-10.1.0.3',
    '10.1.0.0/24[256/0]',
    '10.1.0.0/24[6/65536]',
    '10.1.0.0/24[tcp/22]',
    '10.1.0.0/24[6]',
    'office',
  ])('is not %j', (text) => {
    expect(() => parseSelector(text)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { what: 'traffic selector', text } }),
    );
  });
  it('is the same only where all of it is', () => {
    const one = parseSelector('10.1.0.0/24[6/22]');
    expect(sameSelector(one, { ...one })).toBe(true);
    const others = ['10.1.0.0/25[6/22]', '10.1.0.128/25[6/22]', '10.1.0.0/24[17/22]', '10.1.0.0/24[6/23]'];
    expect(others.map((text) => sameSelector(one, parseSelector(text)))).toEqual(Array(4).fill(false));
  });
  it('of two families has no prefix', () => {
    const ends = { first: requireIpAddress('10.1.0.0'), last: requireIpAddress('2001:db8::1') };
    expect(prefixLength(ends)).toBeUndefined();
  });
});

describe('compareBytes', () => {
  it('is -1, 0 or 1 as whole numbers compare', () => {
    const four = fc.uint8Array({ minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(four, four, (a, b) => {
        expect(compareBytes(a, b)).toBe(Math.sign(Number(number(a) - number(b))));
        expect(compareBytes(a, a.slice())).toBe(0);
      }),
    );
  });
});
