import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { readCertificate } from '../../../src/ike/wire/certificate.ts';
import * as arbitrary from './arbitraries.ts';
import { testCodec } from './codec.ts';
import { recordedBody } from './recorded.ts';
import { refused } from './refused.ts';

describe('Certificate payload (RFC 2408 §3.9)', () => {
  testCodec('certificate', {
    from: 'a PKCS #7 wrapping laid out by hand',
    sample: fromHex('01 30820129'),
    value: { encoding: 1, data: fromHex('30820129') },
    fixed: 2,
    values: fc.record({ encoding: arbitrary.u8, data: arbitrary.octets(1, 400) }),
  });

  test('reads a whole certificate out of a capture', () => {
    const { encoding, data } = readCertificate(recordedBody('arkime/ike-cert_synthetic.pcap', 1, 1));
    expect(encoding).toBe(4);
    // A DER SEQUENCE whose own length is that of all the data.
    expect(data.subarray(0, 4)).toEqual(fromHex('30820129'));
    expect(data).toHaveLength(4 + 0x129);
  });

  test('refuses an encoding without data', () => {
    expect(refused(() => readCertificate(Uint8Array.of(4)))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'Certificate Data', need: 1, have: 0 },
    });
  });
});
