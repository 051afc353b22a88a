import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { readNotification, writeNotification } from '../../../src/ike/wire/notification.ts';
import * as arbitrary from './arbitraries.ts';
import { testCodec } from './codec.ts';
import { recordedBody } from './recorded.ts';
import { refused } from './refused.ts';

describe('Notification payload (RFC 2408 §3.14)', () => {
  testCodec('notification', {
    from: 'a NO-PROPOSAL-CHOSEN without SPI and data',
    sample: recordedBody('cisco-joy/ikev1.pcap', 3, 0),
    value: { doi: 1, protocolId: 1, spi: new Uint8Array(), notifyType: 14, data: new Uint8Array() },
    fixed: 8,
    values: fc.record({
      doi: arbitrary.u32,
      protocolId: arbitrary.u8,
      spi: arbitrary.octets(0, 16),
      notifyType: arbitrary.u16,
      data: arbitrary.octets(0, 100),
    }),
  });

  test('reads both cookies as the SPI, and a sequence number as data (RFC 3706 §5.3)', () => {
    const body = fromHex('00000001 01108d28 0102030405060708 1112131415161718 0000002a');
    expect(readNotification(body)).toEqual({
      doi: 1,
      protocolId: 1,
      spi: fromHex('0102030405060708 1112131415161718'),
      notifyType: 36136,
      data: fromHex('0000002a'),
    });
  });

  test('refuses an SPI of more than sixteen octets', () => {
    const body = Uint8Array.of(0, 0, 0, 1, 1, 17, 0, 14, ...new Uint8Array(17));
    expect(refused(() => readNotification(body))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'SPI Size', limit: 16, have: 17 },
    });
    const long = { doi: 1, protocolId: 1, spi: new Uint8Array(17), notifyType: 14, data: new Uint8Array() };
    expect(refused(() => writeNotification(long)).code).toBe('INVALID_ARGUMENT');
  });

  test('refuses an SPI that is not all there', () => {
    expect(refused(() => readNotification(fromHex('00000001 0304000b 010203')))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'SPI', need: 4, have: 3 },
    });
  });
});
