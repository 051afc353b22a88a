import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { readVendorId } from '../../../src/ike/wire/vendor-id.ts';
import * as arbitrary from './arbitraries.ts';
import { testCodec } from './codec.ts';
import { recordedBody } from './recorded.ts';

describe('Vendor ID payload (RFC 2408 §3.16)', () => {
  testCodec('vendor-id', {
    from: 'the vendor id of RFC 3947',
    sample: recordedBody('zeek-spicy-ipsec/ipsec-ikev1-isakmp-main-mode.pcap', 1, 1),
    value: { data: fromHex('4a131c81070358455c5728f20e95452f') },
    fixed: 0,
    values: arbitrary.opaque(0, 300),
  });

  test('may be empty: it means nothing, as any unknown one', () => {
    expect(readVendorId(new Uint8Array())).toEqual({ data: new Uint8Array() });
  });
});
