import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipAddress, requireIpAddress } from '../../../src/base/address.ts';
import { fromHex } from '../../../src/base/bytes.ts';
import { compareBytes, parseSelector } from '../../../src/base/selector.ts';
import {
  hostSelector,
  identificationSelector,
  selectorIdentification,
} from '../../../src/ike/negotiate/identification.ts';
import { thrown } from './samples.ts';

const CASES = [
  ['10.1.0.7', 1, '0a010007'],
  ['10.1.0.0/24', 4, '0a010000 ffffff00'],
  ['0.0.0.0/0', 4, '00000000 00000000'],
  ['10.1.0.4/31', 4, '0a010004 fffffffe'],
  ['10.1.0.1-10.1.0.9', 7, '0a010001 0a010009'],
  ['2001:db8::1', 5, '20010db8000000000000000000000001'],
  ['2001:db8::/33', 6, '20010db8000000000000000000000000 ffffffff800000000000000000000000'],
  ['::/0', 6, `${'00'.repeat(16)} ${'00'.repeat(16)}`],
  ['2001:db8::1-2001:db8::3', 8, '20010db8000000000000000000000001 20010db8000000000000000000000003'],
] as const;

describe('traffic selectors as identification payloads (RFC 2407 §4.6.2)', () => {
  it.each(CASES)('%s is type %d in the shortest form, and back', (text, idType, data) => {
    const payload = { idType, protocolId: 0, port: 0, data: fromHex(data) };
    expect(selectorIdentification(parseSelector(text))).toEqual(payload);
    expect(identificationSelector(payload)).toEqual(parseSelector(text));
  });

  it('keeps protocol and port', () => {
    const selector = parseSelector('10.1.0.7[6/443]');
    expect(selectorIdentification(selector)).toEqual({
      idType: 1,
      protocolId: 6,
      port: 443,
      data: fromHex('0a010007'),
    });
    expect(identificationSelector({ idType: 1, protocolId: 6, port: 443, data: fromHex('0a010007') })).toEqual(
      selector,
    );
  });

  it('reads a range or a subnet that another form would say shorter as the same selector', () => {
    const id = (idType: number, data: string): unknown =>
      identificationSelector({ idType, protocolId: 0, port: 0, data: fromHex(data) });
    expect(id(7, '0a010000 0a0100ff')).toEqual(parseSelector('10.1.0.0/24'));
    expect(id(7, '00000000 ffffffff')).toEqual(parseSelector('0.0.0.0/0'));
    expect(id(4, '0a010007 ffffffff')).toEqual(parseSelector('10.1.0.7'));
  });

  it('clears address bits under the zeros of a mask, which mean nothing (RFC 2407 §4.6.2.5)', () => {
    const id = { idType: 4, protocolId: 0, port: 0, data: fromHex('0a010063 ffffff00') };
    expect(identificationSelector(id)).toEqual(parseSelector('10.1.0.0/24'));
  });

  it.each([
    [4, '0a010000 ff00ff00', 'INVALID_ID_INFORMATION', { what: 'network mask with holes', mask: '255.0.255.0' }],
    [4, '0a010000 00ffffff', 'INVALID_ID_INFORMATION', { what: 'network mask with holes', mask: '0.255.255.255' }],
    [4, '0a010000 ffffff01', 'INVALID_ID_INFORMATION', { what: 'network mask with holes', mask: '255.255.255.1' }],
    [4, '0a010000 fffffffd', 'INVALID_ID_INFORMATION', { what: 'network mask with holes', mask: '255.255.255.253' }],
    [
      7,
      '0a010009 0a010001',
      'INVALID_ID_INFORMATION',
      { what: 'range ends before it begins', first: '10.1.0.9', last: '10.1.0.1' },
    ],
    [2, '67772e6578616d706c65', 'INVALID_ID_INFORMATION', { what: 'ID type of a traffic selector', idType: 2 }],
    [77, '00', 'INVALID_ID_INFORMATION', { what: 'ID type of a traffic selector', idType: 77 }],
    [1, '0a0100', 'PAYLOAD_MALFORMED', { what: 'Identification Data', idType: 1, need: 4, have: 3 }],
    [4, '0a010000', 'PAYLOAD_MALFORMED', { what: 'Identification Data', idType: 4, need: 8, have: 4 }],
    [6, '0a010000 ffffff00', 'PAYLOAD_MALFORMED', { what: 'Identification Data', idType: 6, need: 32, have: 8 }],
    [5, '0a010000', 'PAYLOAD_MALFORMED', { what: 'Identification Data', idType: 5, need: 16, have: 4 }],
  ])('refuses type %d with %s', (idType, data, code, details) => {
    expect(thrown(() => identificationSelector({ idType, protocolId: 0, port: 0, data: fromHex(data) }))).toEqual({
      code,
      details,
    });
  });

  it('reads back every selector that it writes', () => {
    const bytes = fc
      .constantFrom(4, 16)
      .chain((length) =>
        fc.tuple(...Array.from({ length: 2 }, () => fc.uint8Array({ minLength: length, maxLength: length }))),
      );
    fc.assert(
      fc.property(bytes, fc.nat(255), fc.nat(65_535), ([a, b], protocol, port) => {
        const [low, high] = compareBytes(a!, b!) <= 0 ? [a!, b!] : [b!, a!];
        const selector = { first: ipAddress(low), last: ipAddress(high), protocol, port };
        expect(identificationSelector(selectorIdentification(selector))).toEqual(selector);
      }),
    );
  });

  it.each(Array.from({ length: 33 }, (_, length) => length))('reads back the prefix length %d', (length) => {
    const selector = parseSelector(`203.0.113.129/${length}`);
    expect(identificationSelector(selectorIdentification(selector))).toEqual(selector);
  });
});

describe('hostSelector', () => {
  it('is what absent identities mean: the address of a peer, any protocol and port (RFC 2409 §5.5)', () => {
    expect(hostSelector(requireIpAddress('192.0.2.1'))).toEqual(parseSelector('192.0.2.1'));
  });
});
