import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import { classifyOnIkePort, classifyOnNattPort, withMarker } from '../../src/natt/demultiplex.ts';

describe('classifyOnNattPort', () => {
  it.each([
    [
      'four zero octets and a message',
      '00000000 c6d1459285150c7e',
      { kind: 'ike', message: fromHex('c6d1459285150c7e') },
    ],
    [
      'four zero octets alone: a message that the header’s reader refuses',
      '00000000',
      { kind: 'ike', message: fromHex('') },
    ],
    ['an SPI and a sequence number', 'c0ffee01 00000001', { kind: 'esp', packet: fromHex('c0ffee0100000001') }],
    [
      'an SPI that is reserved, for the back end to drop',
      '00000001 00000001 aa',
      { kind: 'esp', packet: fromHex('0000000100000001aa') },
    ],
    ['one octet of 0xFF (RFC 3948 §2.3)', 'ff', { kind: 'keepalive' }],
    ['nothing', '', { kind: 'garbage' }],
    ['another single octet', '00', { kind: 'garbage' }],
    ['three octets', '000000', { kind: 'garbage' }],
    ['less than an ESP header', 'c0ffee01 000000', { kind: 'garbage' }],
    ['two octets of 0xFF', 'ffff', { kind: 'garbage' }],
  ])('knows %s (RFC 3948 §2)', (_, hex, arrival) => {
    expect(classifyOnNattPort(fromHex(hex))).toEqual(arrival);
  });

  it('undoes withMarker for every message (RFC 3948 §2.2)', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (message) => {
        expect(classifyOnNattPort(withMarker(message))).toEqual({ kind: 'ike', message });
      }),
    );
  });
});

describe('classifyOnIkePort', () => {
  it.each([
    ['a message', 'c6d1459285150c7e', { kind: 'ike', message: fromHex('c6d1459285150c7e') }],
    [
      'a message whose cookie begins with zeros: there is no marker here',
      '0000000085150c7e',
      { kind: 'ike', message: fromHex('0000000085150c7e') },
    ],
    ['a keepalive of the first drafts', 'ff', { kind: 'keepalive' }],
    ['nothing', '', { kind: 'garbage' }],
  ])('knows %s (RFC 3948 §2.2)', (_, hex, arrival) => {
    expect(classifyOnIkePort(fromHex(hex))).toEqual(arrival);
  });
});

describe('withMarker', () => {
  it('puts four zero octets before a message (RFC 3948 §2.2)', () => {
    expect(withMarker(fromHex('c6d1'))).toEqual(fromHex('00000000c6d1'));
  });
});
