import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, utf8Bytes } from '../../../src/base/bytes.ts';
import { ID_TYPE } from '../../../src/base/identity.ts';
import { readIdentification } from '../../../src/ike/wire/identification.ts';
import * as arbitrary from './arbitraries.ts';
import { testCodec } from './codec.ts';
import { recordedBody, recordedHandshake } from './recorded.ts';
import { refused } from './refused.ts';

const LENGTHS: readonly (readonly [type: number, length: number])[] = [
  [ID_TYPE.IPV4_ADDR, 4],
  [ID_TYPE.IPV4_ADDR_SUBNET, 8],
  [ID_TYPE.IPV6_ADDR, 16],
  [ID_TYPE.IPV6_ADDR_SUBNET, 32],
  [ID_TYPE.IPV4_ADDR_RANGE, 8],
  [ID_TYPE.IPV6_ADDR_RANGE, 32],
];

const ends = { protocolId: arbitrary.u8, port: arbitrary.u16 };
const values = fc.oneof(
  ...LENGTHS.map(([idType, length]) =>
    fc.record({ idType: fc.constant(idType), ...ends, data: arbitrary.octets(length) }),
  ),
  fc.record({ idType: fc.constantFrom(0, 2, 3, 9, 10, 11, 12, 255), ...ends, data: arbitrary.octets(1, 100) }),
);

describe('Identification payload (RFC 2407 §4.6.2)', () => {
  testCodec('identification', {
    from: 'the identity in an Aggressive Mode',
    sample: recordedBody('zeek-spicy-ipsec/ipsec-ikev1-isakmp-aggressive-mode.pcap', 1, 7),
    value: { idType: 1, protocolId: 17, port: 0, data: fromHex('c0a80c02') },
    fixed: 8,
    values,
  });

  test('reads the network of a recorded Quick Mode: 10.1.0.0, mask 255.255.255.0', () => {
    const plaintext = recordedHandshake().plaintexts[3] ?? new Uint8Array();
    expect(readIdentification(plaintext.subarray(128, 140))).toEqual({
      idType: ID_TYPE.IPV4_ADDR_SUBNET,
      protocolId: 0,
      port: 0,
      data: fromHex('0a010000 ffffff00'),
    });
  });

  test('reads a name as octets and does not judge them', () => {
    const data = utf8Bytes('gw.example.org');
    expect(readIdentification(Uint8Array.of(2, 0, 0, 0, ...data))).toEqual({ idType: 2, protocolId: 0, port: 0, data });
  });

  test.each(LENGTHS)(
    'refuses an address of type %d that has not %d octets (RFC 2407 §4.6.2.2 to §4.6.2.9)',
    (idType, need) => {
      for (const have of [0, need - 1, need + 1]) {
        expect(refused(() => readIdentification(Uint8Array.of(idType, 0, 0, 0, ...new Uint8Array(have))))).toEqual({
          code: 'PAYLOAD_MALFORMED',
          details: { what: 'Identification Data', idType, need, have },
        });
      }
    },
  );

  test('refuses an IPv6 network as it crashed others: 32 octets promised, none there', () => {
    expect(refused(() => readIdentification(fromHex('06000000'))).details).toEqual({
      what: 'Identification Data',
      idType: 6,
      need: 32,
      have: 0,
    });
  });

  test('refuses a name without a letter', () => {
    expect(refused(() => readIdentification(fromHex('0b000000')))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'Identification Data', idType: 11, need: 1, have: 0 },
    });
  });
});
