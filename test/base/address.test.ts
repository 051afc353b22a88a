import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointText, ipAddress, ipBytes, isIpv6, parseIpAddress, requireIpAddress } from '../../src/base/address.ts';
import { toHex } from '../../src/base/bytes.ts';

/** RFC 5952 §4 word for word and slowly: every way to write it, and the one that the rules leave. */
function slowIpv6(bytes: Uint8Array): string {
  const groups =
    toHex(bytes)
      .match(/.{4}/g)
      ?.map((group) => group.replace(/^0{1,3}/, '')) ?? [];
  const runs = groups
    .flatMap((_, from) => groups.map((__, i) => ({ from, to: i + 1 })))
    .filter(({ from, to }) => to - from >= 2 && groups.slice(from, to).every((group) => group === '0'))
    .sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from);
  const [run] = runs;
  if (run === undefined) return groups.join(':');
  return `${groups.slice(0, run.from).join(':')}::${groups.slice(run.to).join(':')}`;
}

/** Octets of an IPv6 address; groups of zero are as frequent as others, because the rules are about those. */
const ipv6 = fc
  .array(fc.oneof(fc.constant(0), fc.nat(0xff), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
  .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff])));
const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 });

describe('an IPv6 address', () => {
  it('is written as a slow reading of RFC 5952 §4 writes it', () => {
    fc.assert(
      fc.property(ipv6, (bytes) => {
        expect(ipAddress(bytes)).toBe(slowIpv6(bytes));
      }),
      { numRuns: 1000 },
    );
  });
  it.each([
    ['2001:DB8:0:0:8:800:200C:417A', '2001:db8::8:800:200c:417a'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::1', '::1'],
    ['fe80::', 'fe80::'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('%s is %s in canonical form (RFC 5952 §4)', (text, canonical) => {
    expect(parseIpAddress(text)).toBe(canonical);
  });
});

describe('an address', () => {
  it('survives its text, which is the same however the text was written', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), (bytes) => {
        const address = ipAddress(bytes);
        expect(ipBytes(address)).toEqual(bytes);
        expect(parseIpAddress(address)).toBe(address);
        expect(parseIpAddress(address.toUpperCase())).toBe(address);
        expect(isIP(address)).toBe(bytes.length === 4 ? 4 : 6);
        expect(isIpv6(address)).toBe(bytes.length === 16);
      }),
    );
  });
  it('is what Node takes for one, for any text of the characters of addresses', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789abf:.'.split('')), maxLength: 20 });
    const pieces = fc.array(fc.constantFrom('::', ':', '1', 'ffff', '0', '10000', '1.2.3.4', '.', '256'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          pieces.map((all) => all.join('')),
        ),
        (candidate) => {
          expect({ candidate, is: parseIpAddress(candidate) !== undefined }).toEqual({
            candidate,
            is: isIP(candidate) !== 0,
          });
        },
      ),
      { numRuns: 3000 },
    );
  });
  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.0.0.1',
    ' 1.2.3.4',
    '1.2.3.4/24',
    'fe80::1%eth0',
    ':::',
    '1::2::3',
    '12345::',
    '1:2:3:4:5:6:7:8:9',
    '1.2.3.4::',
    'hq.example.org',
  ])('is not %j', (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
    expect(() => requireIpAddress(text)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { what: 'IP address', text } }),
    );
  });
  it('has 4 or 16 octets', () => {
    expect(() => ipAddress(new Uint8Array(5))).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_MALFORMED', details: { what: 'IP address', have: 5 } }),
    );
  });
});

describe('an endpoint', () => {
  const v4 = { address: requireIpAddress('192.0.2.1'), port: 500 };
  const v6 = { address: requireIpAddress('2001:DB8::1'), port: 4500 };
  it('is written with the port behind, an IPv6 address in brackets', () => {
    expect([v4, v6].map(endpointText)).toEqual(['192.0.2.1:500', '[2001:db8::1]:4500']);
  });
});
