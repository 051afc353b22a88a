import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteWriter, fromHex } from '../../../src/base/bytes.ts';
import { type IsakmpHeader, readHeader, writeHeader } from '../../../src/ike/wire/header.ts';
import * as arbitrary from './arbitraries.ts';
import { assertRoundTrip } from './codec.ts';
import { recordedMessage } from './recorded.ts';
import { refused } from './refused.ts';

const written = (header: IsakmpHeader): Uint8Array => writeHeader(new ByteWriter(), header).finish();

const RECORDED = recordedMessage('tcpdump/isakmp4500.pcap', 35).subarray(0, 28);
const VALUE: IsakmpHeader = {
  initiatorCookie: fromHex('9e89f2388f90bc1e'),
  responderCookie: fromHex('0a74357ce3d1a4bf'),
  nextPayload: 8,
  majorVersion: 1,
  minorVersion: 0,
  exchangeType: 5,
  flags: 1,
  messageId: 45_991_503,
  length: 76,
};

describe('ISAKMP header (RFC 2408 §3.1)', () => {
  test('reads the header of an encrypted Informational as tshark does, and writes it back', () => {
    expect(readHeader(RECORDED)).toEqual(VALUE);
    expect(written(VALUE)).toEqual(Uint8Array.from(RECORDED));
  });

  test('refuses every truncation and names the field', () => {
    const fields = Array.from(
      { length: 28 },
      (_, length) => refused(() => readHeader(RECORDED.subarray(0, length))).details['what'],
    );
    expect(fields).toEqual([
      ...Array<string>(8).fill('Initiator Cookie'),
      ...Array<string>(8).fill('Responder Cookie'),
      'Next Payload',
      'Version',
      'Exchange Type',
      'Flags',
      ...Array<string>(4).fill('Message ID'),
      ...Array<string>(4).fill('Length'),
    ]);
  });

  test.each([7, 9, 16])('will not write a cookie of %d octets', (have) => {
    const cookie = new Uint8Array(have);
    expect(refused(() => written({ ...VALUE, initiatorCookie: cookie })).details).toEqual({ what: 'cookie', have });
    expect(refused(() => written({ ...VALUE, responderCookie: cookie })).code).toBe('INVALID_ARGUMENT');
  });

  test('whatever can be said is read back as it was written', () => {
    const header: fc.Arbitrary<IsakmpHeader> = fc.record({
      initiatorCookie: arbitrary.octets(8),
      responderCookie: arbitrary.octets(8),
      nextPayload: arbitrary.u8,
      majorVersion: fc.nat(15),
      minorVersion: fc.nat(15),
      exchangeType: arbitrary.u8,
      flags: arbitrary.u8,
      messageId: arbitrary.u32,
      length: arbitrary.u32,
    });
    assertRoundTrip(header, written, readHeader);
  });
});
