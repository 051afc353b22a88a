import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import {
  distinguishedNameText,
  type DnMatching,
  matchesDistinguishedName,
  parseDistinguishedName,
  sameDistinguishedName,
} from '../../src/base/distinguished-name.ts';
import { readOid, readOneDer, writeOid } from '../../src/base/der.ts';

const dn = parseDistinguishedName;
const matches = (pattern: string, name: string, matching: DnMatching = 'strict') =>
  matchesDistinguishedName(dn(pattern), dn(name), matching);

describe('a distinguished name in words', () => {
  it('has the octets that OpenSSL writes for it', () => {
    // openssl req with string_mask = pkix and this subject.
    const der =
      '305c310b300906035504061302434831193017060355040a13104c696e7578207374726f6e675377616e311c301a060355040313' +
      '136d6f6f6e2e7374726f6e677377616e2e6f72673114301206092a864886f70d01090116056140622e63';
    expect(toHex(dn('C=CH, O=Linux strongSwan, CN=moon.strongswan.org, E=a@b.c'))).toBe(der);
  });
  it.each([
    ['C=CH, O=Linux strongSwan, CN=moon.strongswan.org', 'C=CH, O=Linux strongSwan, CN=moon.strongswan.org'],
    ['  c = ch ,o=a  b', 'C=ch, O=a  b'],
    ['O="Example, Inc.", CN=gw', 'O=Example\\, Inc., CN=gw'],
    ['O=Example\\, Inc., CN=a=b', 'O=Example\\, Inc., CN=a=b'],
    ['CN=J\\C3\\BCrg', 'CN=Jürg'],
    ['emailAddress=vpn@example.org, DC=example', 'E=vpn@example.org, DC=example'],
    ['OU=one+CN=two', 'OU=one+CN=two'],
    ['1.2.3.4=x', '1.2.3.4=x'],
    ['CN=#0403010203', 'CN=#0403010203'],
    ['CN=\\  two spaces \\ ', 'CN=\\  two spaces \\ '],
    ['CN=\\#1', 'CN=\\#1'],
    ['CN=', 'CN='],
  ])('%s is read and written', (text, written) => {
    expect(distinguishedNameText(dn(text))).toBe(written);
    expect(toHex(dn(written))).toBe(toHex(dn(text)));
  });
  it.each(['CN', 'XX=1', 'C=CH, oops', '=x', '', 'C=CH,'])(
    '%j is none, and the refusal shows how one looks',
    (text) => {
      expect(() => dn(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    },
  );
  it('comes back from its own text, whatever is in it', () => {
    const value = fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .filter((text) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (values) => {
        const text = values.map((each) => `CN="${each.replaceAll(/["\\]/g, (c) => `\\${c}`)}"`).join(', ');
        const der = dn(text);
        expect(toHex(dn(distinguishedNameText(der)))).toBe(toHex(der));
      }),
    );
  });
  it('does not carry what steers a terminal, and what is no name shows as its octets', () => {
    expect(distinguishedNameText(dn('CN=a\\1b[2J'))).toBe('CN=a\uFFFD[2J');
    expect(distinguishedNameText(fromHex('3003010203'))).toBe('#3003010203');
    expect(distinguishedNameText(fromHex('3080'))).toBe('#3080');
  });
  it('is never an exception, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        expect(distinguishedNameText(octets)).toBeTypeOf('string');
        expect(matchesDistinguishedName(dn('CN=*'), octets, 'relaxed')).toBeTypeOf('boolean');
      }),
    );
  });
});

describe('two distinguished names', () => {
  it('are the same without regard to ASCII case, runs of spaces and the type of string (RFC 5280 §7.1)', () => {
    const utf8 = fromHex('301b3119301706035504' + '0a0c104c494e5558207374726f6e677377616e');
    expect(distinguishedNameText(utf8)).toBe('O=LINUX strongswan');
    expect(sameDistinguishedName(dn('O=Linux strongSwan'), utf8)).toBe(true);
    expect(sameDistinguishedName(dn('O=Linux strongSwam'), utf8)).toBe(false);
    expect(sameDistinguishedName(dn('CN=a   b'), dn('CN=A b'))).toBe(true);
    expect(sameDistinguishedName(dn('CN=\u212A'), dn('CN=k'))).toBe(false);
    expect(sameDistinguishedName(dn('CN=*'), dn('CN=k'))).toBe(false);
  });
  it.each([
    ['strict', 'C=CH, O=a, CN=*', 'C=CH, O=a, CN=b', true],
    ['strict', 'C=CH, O=a, CN=*', 'C=CH, O=c, CN=b', false],
    ['strict', 'C=CH, O=a, CN=*', 'C=CH, CN=b, O=a', false],
    ['strict', 'C=CH, O=a', 'C=CH, O=a, CN=b', false],
    ['strict', 'C=CH, O=a, CN=b', 'C=CH, O=a', false],
    ['strict', 'CN=b', 'CN=*', false],
    ['reordered', 'C=CH, O=a, CN=*', 'CN=b, O=a, C=CH', true],
    ['reordered', 'C=CH, O=a', 'CN=b, O=a, C=CH', false],
    ['reordered', 'OU=*, OU=x', 'OU=x, OU=y', true],
    ['reordered', 'OU=x, OU=x', 'OU=x, OU=y', false],
    ['relaxed', 'O=a, OU=*', 'CN=b, OU=z, O=a, C=CH', true],
    ['relaxed', 'O=a, OU=*', 'CN=b, O=a, C=CH', false],
  ] as const)('match %s: %s and %s: %s', (matching, pattern, name, expected) => {
    expect(matches(pattern, name, matching)).toBe(expected);
  });
});

describe('an object identifier', () => {
  it.each([
    ['2.5.4.3', '0603550403'],
    ['1.2.840.113549.1.9.1', '06092a864886f70d010901'],
    ['0.9.2342.19200300.100.1.25', '060a0992268993f22c640119'],
    ['2.999.3', '0603883703'],
  ])('%s is %s', (dotted, der) => {
    expect(toHex(writeOid(dotted))).toBe(der);
    expect(readOid(readOneDer(fromHex(der), 6))).toBe(dotted);
  });
});
