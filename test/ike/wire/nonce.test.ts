import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { readNonce } from '../../../src/ike/wire/nonce.ts';
import * as arbitrary from './arbitraries.ts';
import { testCodec } from './codec.ts';
import { recordedBody } from './recorded.ts';
import { refused } from './refused.ts';

describe('Nonce payload (RFC 2408 §3.13)', () => {
  testCodec('nonce', {
    from: 'the nonce of a Cisco router',
    sample: recordedBody('cisco-joy/ikev1.pcap', 5, 1),
    value: { data: fromHex('7483e964d559378a5555777464ad7ad9') },
    fixed: 8,
    values: arbitrary.opaque(8, 256),
  });

  test('takes 8 to 256 octets and no others (RFC 2409 §5)', () => {
    for (const length of [8, 256]) expect(readNonce(new Uint8Array(length)).data).toHaveLength(length);
    expect(refused(() => readNonce(new Uint8Array(7)))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'Nonce Data', need: 8, have: 7 },
    });
    expect(refused(() => readNonce(new Uint8Array(257)))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'Nonce Data', limit: 256, have: 257 },
    });
  });
});
