import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { readPayload } from '../../../src/ike/wire/payload.ts';
import * as arbitrary from './arbitraries.ts';
import { testCodec } from './codec.ts';
import { recordedBody } from './recorded.ts';

describe('NAT-D payload (RFC 3947 §3.2)', () => {
  testCodec('nat-d', {
    from: 'the first NAT-D of an Aggressive Mode',
    sample: recordedBody('zeek-spicy-ipsec/ipsec-ikev1-isakmp-aggressive-mode.pcap', 2, 10),
    value: { data: fromHex('f41cca0e525dcb00902a095074bb68ae9ae0b536') },
    fixed: 1,
    values: arbitrary.opaque(1, 64),
  });

  test.each([20, 130])('goes by the number %d', (type) => {
    const body = Uint8Array.of(1, 2, 3);
    expect(readPayload({ type, body, reserved: 0 })).toEqual({ name: 'nat-d', type, value: { data: body }, body });
  });

  test('does not go by 15, which drafts 4 to 8 borrowed: nobody sends it who was not told that we speak them', () => {
    const body = recordedBody('tcpdump/ISAKMP_sa_setup.pcap', 3, 6);
    expect(readPayload({ type: 15, body, reserved: 0 })).toEqual({ name: 'unknown', type: 15, body });
  });
});
