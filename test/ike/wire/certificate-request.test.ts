import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { readCertificateRequest } from '../../../src/ike/wire/certificate-request.ts';
import * as arbitrary from './arbitraries.ts';
import { testCodec } from './codec.ts';

describe('Certificate Request payload (RFC 2408 §3.10)', () => {
  testCodec('certificate-request', {
    from: 'a request for one authority, C=CH, laid out by hand',
    sample: fromHex('04 300d310b3009060355040613024348'),
    value: { encoding: 4, data: fromHex('300d310b3009060355040613024348') },
    fixed: 1,
    values: fc.record({ encoding: arbitrary.u8, data: arbitrary.octets(0, 200) }),
  });

  test('may name no authority', () => {
    expect(readCertificateRequest(Uint8Array.of(4))).toEqual({ encoding: 4, data: new Uint8Array() });
  });
});
