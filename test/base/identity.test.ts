import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, utf8Bytes } from '../../src/base/bytes.ts';
import {
  addressesOf,
  ID_TYPE,
  type Identity,
  identityKey,
  identityText,
  matchesIdentity,
  parseIdentity,
  printable,
  rangeIdentity,
  sameIdentity,
} from '../../src/base/identity.ts';
import { parseSelector } from '../../src/base/selector.ts';

const name = (idType: number, text: string) => ({ idType, data: utf8Bytes(text) });

describe('the key of an identity', () => {
  it('is its text where nobody else can have that', () => {
    for (const text of [
      '192.0.2.1',
      '2001:db8::1',
      '@gw.example.org',
      'user@example.org',
      'C=CH, CN=gw',
      'keyid:sales',
    ])
      expect(identityKey(parseIdentity(text))).toBe(text);
  });

  it('is the same for names that compare alike', () => {
    expect(identityKey(parseIdentity('@GW.Example.org.'))).toBe('@gw.example.org');
    expect(identityKey(parseIdentity('User@Example.org'))).toBe('user@example.org');
  });

  it('is type and octets where the text could be that of another', () => {
    const alike: readonly (readonly [Identity, Identity])[] = [
      [name(ID_TYPE.USER_FQDN, '192.0.2.1'), parseIdentity('192.0.2.1')],
      [name(ID_TYPE.USER_FQDN, '@gw.example.org'), parseIdentity('@gw.example.org')],
      [name(ID_TYPE.USER_FQDN, 'keyid:a@b'), parseIdentity('keyid:a@b')],
      [
        { idType: ID_TYPE.FQDN, data: fromHex('61ff') },
        { idType: ID_TYPE.FQDN, data: fromHex('61fe') },
      ],
    ];
    for (const [one, other] of alike) {
      expect(identityText(one)).toBe(identityText(other));
      expect(identityKey(one)).not.toBe(identityKey(other));
    }
    expect(identityKey(name(ID_TYPE.FQDN, 'gw user "alice"'))).toBe('ID(2):677720757365722022616c69636522');
  });
});

describe('an identity', () => {
  it.each([
    ['192.0.2.1', { idType: ID_TYPE.IPV4_ADDR, data: fromHex('c0000201') }, '192.0.2.1'],
    ['2001:DB8::1', { idType: ID_TYPE.IPV6_ADDR, data: fromHex('20010db8000000000000000000000001') }, '2001:db8::1'],
    ['@gw.example.org', name(ID_TYPE.FQDN, 'gw.example.org'), '@gw.example.org'],
    ['gw.example.org', name(ID_TYPE.FQDN, 'gw.example.org'), '@gw.example.org'],
    ['@192.0.2.1', name(ID_TYPE.FQDN, '192.0.2.1'), '@192.0.2.1'],
    ['user@example.org', name(ID_TYPE.USER_FQDN, 'user@example.org'), 'user@example.org'],
    [
      'C=CH, CN=gw',
      { idType: ID_TYPE.DER_ASN1_DN, data: fromHex('301a310b3009060355040613024348310b3009060355040313026777') },
      'C=CH, CN=gw',
    ],
    ['keyid:sales', name(ID_TYPE.KEY_ID, 'sales'), 'keyid:sales'],
    ['#73616c6573', name(ID_TYPE.KEY_ID, 'sales'), 'keyid:sales'],
    ['keyid:two words', name(ID_TYPE.KEY_ID, 'two words'), '#74776f20776f726473'],
    ['keyid:a@b', name(ID_TYPE.KEY_ID, 'a@b'), 'keyid:a@b'],
    ['#0BADC0DE', { idType: ID_TYPE.KEY_ID, data: fromHex('0badc0de') }, '#0badc0de'],
  ])('%s has the type and octets of RFC 2407 §4.6.2', (text, identity, written) => {
    expect(parseIdentity(text)).toEqual(identity);
    expect(identityText(identity)).toBe(written);
    expect(parseIdentity(written)).toEqual(identity);
  });
  it.each(['', '@', '#0', 'keyid:'])('is not %j', (text) => {
    expect(() => parseIdentity(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
  it('whose type has no text, or whose address has the wrong length, shows as its number and octets', () => {
    expect(identityText({ idType: ID_TYPE.DER_ASN1_GN, data: fromHex('3000') })).toBe('ID(10):3000');
    expect(identityText({ idType: ID_TYPE.DER_ASN1_DN, data: fromHex('3000') })).toBe('#3000');
    expect(identityText({ idType: ID_TYPE.IPV4_ADDR, data: fromHex('c00002') })).toBe('ID(1):c00002');
    expect(identityText({ idType: 203, data: new Uint8Array() })).toBe('ID(203):');
  });
  it('that is a range of addresses is fitted by each of them, and not by who says to be a range', () => {
    const range = rangeIdentity(parseSelector('192.0.2.0/30'));
    const fits = ['192.0.2.0', '192.0.2.3', '192.0.2.4', '@192.0.2.1', '2001:db8::1'].filter((text) =>
      matchesIdentity(range, parseIdentity(text)),
    );
    expect(fits).toEqual(['192.0.2.0', '192.0.2.3']);
    expect(matchesIdentity(range, range)).toBe(false);
    expect(matchesIdentity(range, { idType: ID_TYPE.IPV4_ADDR, data: fromHex('c00002') })).toBe(false);
    expect(identityText(range)).toBe('192.0.2.0/30');
    expect(addressesOf(rangeIdentity(parseSelector('2001:db8::1-2001:db8::9')))).toEqual({
      first: '2001:db8::1',
      last: '2001:db8::9',
    });
    expect(identityText({ ...range, data: fromHex('c00002') })).toBe('ID(7):c00002');
  });
  it('that is a name is the same without regard to case and a trailing dot (RFC 4343)', () => {
    const one = name(ID_TYPE.FQDN, 'gw.example.org');
    expect(sameIdentity(one, name(ID_TYPE.FQDN, 'GW.Example.ORG.'))).toBe(true);
    expect(sameIdentity(one, name(ID_TYPE.FQDN, 'gw2.example.org'))).toBe(false);
    expect(sameIdentity(one, name(ID_TYPE.USER_FQDN, 'gw.example.org'))).toBe(false);
    expect(sameIdentity(name(ID_TYPE.USER_FQDN, 'A@b.c'), name(ID_TYPE.USER_FQDN, 'a@B.C'))).toBe(true);
  });
  it('that is a name is not the same for showing the same, or for letters of other scripts that fold to ASCII ones', () => {
    const octets = (hex: string) => ({ idType: ID_TYPE.FQDN, data: fromHex(hex) });
    expect(identityText(octets('61ff'))).toBe(identityText(octets('61fe')));
    expect(sameIdentity(octets('61ff'), octets('61fe'))).toBe(false);
    expect('\u212A'.toLowerCase()).toBe('k');
    expect(sameIdentity(name(ID_TYPE.FQDN, '\u212A.example'), name(ID_TYPE.FQDN, 'k.example'))).toBe(false);
  });
  it('that is a distinguished name is the same as RFC 5280 §7.1 says, and fits a configured one with a star', () => {
    const [wanted, peer] = ['O=Example, CN=*', 'O=EXAMPLE, CN=gw'].map(parseIdentity) as [Identity, Identity];
    expect(sameIdentity(parseIdentity('o=example,  cn=GW'), peer)).toBe(true);
    expect(sameIdentity(wanted, peer)).toBe(false);
    expect(matchesIdentity(wanted, peer)).toBe(true);
    expect(matchesIdentity(peer, wanted)).toBe(false);
    expect(matchesIdentity(parseIdentity('CN=gw'), peer)).toBe(false);
    expect(matchesIdentity(parseIdentity('CN=gw'), peer, 'relaxed')).toBe(true);
    expect(matchesIdentity(name(ID_TYPE.FQDN, 'GW'), name(ID_TYPE.FQDN, 'gw'))).toBe(true);
  });
  it('that is no name is the same only octet by octet', () => {
    expect(sameIdentity(name(ID_TYPE.KEY_ID, 'abc'), name(ID_TYPE.KEY_ID, 'ABC'))).toBe(false);
    expect(sameIdentity(name(ID_TYPE.KEY_ID, 'abc'), name(ID_TYPE.KEY_ID, 'abc'))).toBe(true);
  });
});

describe('printable', () => {
  it('lets nothing through that steers a terminal, turns the direction of text or ends a line', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.string({ unit: 'binary' }).map(utf8Bytes)), (bytes) => {
        expect(printable(bytes)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
    expect(printable(utf8Bytes('a\u001b[2Jb\u202ec\u2028é'))).toBe('a\uFFFD[2Jb\uFFFDc\uFFFDé');
  });
});
