import { describe } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import * as arbitrary from './arbitraries.ts';
import { testCodec } from './codec.ts';
import { recordedBody } from './recorded.ts';

describe('Hash payload (RFC 2408 §3.11)', () => {
  testCodec('hash', {
    from: 'the HASH_R of an Aggressive Mode',
    sample: recordedBody('zeek-spicy-ipsec/ipsec-ikev1-isakmp-aggressive-mode.pcap', 2, 9),
    value: { data: fromHex('8585d037d9b48b7cd17e235549e023f137c7ce26') },
    fixed: 1,
    values: arbitrary.opaque(1, 64),
  });
});
