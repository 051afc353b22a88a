import { describe, expect, test } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { utf8Bytes } from '../../src/base/bytes.ts';
import { ID_TYPE, parseIdentity, rangeIdentity } from '../../src/base/identity.ts';
import { parseSelector } from '../../src/base/selector.ts';
import {
  parseKeyOwner,
  parseIdentityPattern,
  parseListenAddress,
  parseLocalAddress,
  parseName,
  parseNetwork,
  parseOwnIdentity,
  parseRemoteAddress,
} from '../../src/config/addresses.ts';

const ok = (value: unknown) => ({ ok: true, value });
const refused = (code: string, message: string, hint: string) => ({ ok: false, refusal: { code, message, hint } });

describe('addresses to listen on', () => {
  test('are addresses, in their canonical form', () => {
    expect(parseListenAddress('192.0.2.1')).toEqual(ok(requireIpAddress('192.0.2.1')));
    expect(parseListenAddress('2001:DB8:0::1')).toEqual(ok('2001:db8::1'));
  });

  test.each([
    ['eth0', '"eth0" is no IP address', 'listen takes addresses, not names or interfaces'],
    ['192.0.2.1/24', '"192.0.2.1/24" is no IP address', 'listen takes addresses, not names or interfaces'],
    ['0.0.0.0', '0.0.0.0 is not one address', 'leave listen out to use every local address'],
    ['0::0', ':: is not one address', 'leave listen out to use every local address'],
  ])('refuse %j', (text, message, hint) => {
    expect(parseListenAddress(text)).toEqual(refused('INVALID_ADDRESS', message, hint));
  });
});

describe('our address', () => {
  const NO_ADDRESS = (text: string) =>
    [
      `${JSON.stringify(text)} is neither an IP address nor an interface`,
      'write an address of this machine, the name of an interface, or auto',
    ] as const;

  test('is an address, an interface or auto', () => {
    expect(parseLocalAddress('eth0.100')).toEqual(ok({ interface: 'eth0.100' }));
    expect(parseLocalAddress('ppp0')).toEqual(ok({ interface: 'ppp0' }));
    expect(parseLocalAddress('auto')).toEqual(ok('auto'));
    expect(parseLocalAddress('192.0.2.1')).toEqual(ok('192.0.2.1'));
  });

  test.each([
    ['%any', ...NO_ADDRESS('%any')],
    ['192.0.2.300', ...NO_ADDRESS('192.0.2.300')],
    ['vpn.example.org', ...NO_ADDRESS('vpn.example.org')],
    ['a-name-that-is-long', ...NO_ADDRESS('a-name-that-is-long')],
    ['fe80::1%eth0', ...NO_ADDRESS('fe80::1%eth0')],
    ['0.0.0.0', '0.0.0.0 is not one address', 'write auto for any local address'],
  ])('is not %j', (text, message, hint) => {
    expect(parseLocalAddress(text)).toEqual(refused('INVALID_ADDRESS', message, hint));
  });
});

describe("the peer's address", () => {
  test.each([
    ['%any', 'any'],
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['VPN.example.org.', { host: 'vpn.example.org' }],
    ['192.0.2.0/24', { first: '192.0.2.0', last: '192.0.2.255' }],
    ['192.0.2.7-192.0.2.9', { first: '192.0.2.7', last: '192.0.2.9' }],
    ['2001:DB8::/126', { first: '2001:db8::', last: '2001:db8::3' }],
    ['192.0.2.7/32', undefined],
    ['fe-ed', { host: 'fe-ed' }],
    ['gateway', { host: 'gateway' }],
    ['7.example', { host: '7.example' }],
  ])('%j is understood', (text, expected) => {
    expect(parseRemoteAddress(text)).toEqual(
      expected === undefined ? expect.objectContaining({ ok: false }) : ok(expected),
    );
  });

  test.each([
    '192.0.2.300',
    '1.2.3',
    '10',
    '',
    'vpn example',
    '-vpn.example',
    'a..b',
    'x'.repeat(64),
    '2001:db8::g',
    '%foo',
  ])('refuses %j, which is neither address nor host name (RFC 1123 §2.1)', (text) => {
    const message = `${JSON.stringify(text)} is neither an IP address nor a host name`;
    expect(parseRemoteAddress(text)).toEqual(
      refused('INVALID_ADDRESS', message, 'write an address, a range of them, a host name, or "%any"'),
    );
  });

  test('refuses an address that means any', () => {
    expect(parseRemoteAddress('0.0.0.0')).toEqual(
      refused('INVALID_ADDRESS', '0.0.0.0 is not one address', 'write "%any" for a peer that may come from anywhere'),
    );
  });
});

describe('identities', () => {
  test('are read as the base reads them, and %any is anybody', () => {
    expect(parseKeyOwner('%any')).toEqual(ok('any'));
    expect(parseKeyOwner('@hq')).toEqual(ok({ idType: ID_TYPE.FQDN, data: utf8Bytes('hq') }));
    expect(parseKeyOwner('C=DE, CN=hq')).toEqual(ok(parseIdentity('C=DE, CN=hq')));
    expect(parseKeyOwner('keyid:sales team')).toEqual(ok({ idType: ID_TYPE.KEY_ID, data: utf8Bytes('sales team') }));
    expect(parseKeyOwner('#0BAD')).toEqual(ok({ idType: ID_TYPE.KEY_ID, data: Uint8Array.of(0x0b, 0xad) }));
  });

  test.each([
    ['', 'INVALID_IDENTITY', 'an identity may not be empty', 'leave id out to use the address'],
    ['keyid:', 'INVALID_IDENTITY', 'an identity may not be empty', 'leave id out to use the address'],
    ['@', 'INVALID_IDENTITY', 'an identity may not be empty', 'leave id out to use the address'],
    [
      '#abc',
      'INVALID_IDENTITY',
      '"#abc" is no key id',
      'behind # stand pairs of hexadecimal digits; write keyid:TEXT for the octets of a text',
    ],
    [
      'hq=7',
      'INVALID_IDENTITY',
      '"hq=7" is no distinguished name',
      'write it like C=CH, O=Example, CN=gateway.example',
    ],
    ['C=DE, CN=*', 'INVALID_IDENTITY', '"C=DE, CN=*" is not one name', 'stars are for remote.id'],
  ])('refuse %j', (text, code, message, hint) => {
    expect(parseKeyOwner(text)).toEqual(refused(code, message, hint));
  });

  test.each([
    ['192.0.2.0/24', '192.0.2.0', '192.0.2.255'],
    ['192.0.2.1-192.0.2.9', '192.0.2.1', '192.0.2.9'],
    ['2001:db8::/64', '2001:db8::', '2001:db8::ffff:ffff:ffff:ffff'],
  ])('are any address of %s, of a peer or of a key, but not ours', (text, first, last) => {
    const range = ok(rangeIdentity({ first: requireIpAddress(first), last: requireIpAddress(last) }));
    expect([parseKeyOwner(text), parseIdentityPattern(text)]).toEqual([range, range]);
    const hint = 'ranges are for remote.id and for keys';
    expect(parseOwnIdentity(text)).toEqual(refused('INVALID_IDENTITY', `${text} is not one address`, hint));
  });

  test('have stars where a peer is meant', () => {
    expect(parseIdentityPattern('C=DE, CN=*')).toEqual(ok(parseIdentity('C=DE, CN=*')));
  });
});

describe('networks', () => {
  test.each([
    ['10.1.0.0/24', false],
    ['10.1.0.7', false],
    ['10.1.0.1-10.1.0.9', false],
    ['10.1.0.0/24[6/443]', false],
    ['10.1.0.7/24', true],
    ['2001:db8::/32', false],
    ['2001:db8::1/32[17/53]', true],
    ['10.1.0.0/24[47/0]', false],
  ])('%j is understood, host bits %j', (text, hostBits) => {
    expect(parseNetwork(text)).toEqual(ok({ selector: parseSelector(text), hostBits }));
  });

  test('refuses what is none', () => {
    const hint = 'write it like 10.1.0.0/24, 10.1.0.7, 10.1.0.1-10.1.0.9, or 10.1.0.0/24[6/443]';
    expect(parseNetwork('10.1.0.0/33')).toEqual(refused('INVALID_NETWORK', '"10.1.0.0/33" is no network', hint));
  });

  test('refuses a port with a protocol that has none', () => {
    const message = '"10.1.0.0/24[1/8]" has a port, but its protocol has none';
    expect(parseNetwork('10.1.0.0/24[1/8]')).toEqual(
      refused('INVALID_NETWORK', message, 'ports belong to TCP (6) and UDP (17)'),
    );
  });
});

describe('names', () => {
  test.each(['hq', 'Plant-7', 'a.b_c~d', '7', 'x'.repeat(64)])('%j is one', (text) => {
    expect(parseName(text)).toEqual(ok(text));
  });

  test.each(['', '-x', 'a b', 'a/b', 'größe', 'x'.repeat(65)])('%j is none', (text) => {
    const hint = 'names have 1 to 64 of A-Z a-z 0-9 . _ ~ - and begin with a letter or digit';
    expect(parseName(text)).toEqual(refused('INVALID_NAME', `${JSON.stringify(text)} is no name`, hint));
  });
});
