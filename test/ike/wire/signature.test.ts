import { describe } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import * as arbitrary from './arbitraries.ts';
import { testCodec } from './codec.ts';

describe('Signature payload (RFC 2408 §3.12)', () => {
  testCodec('signature', {
    from: 'octets laid out by hand',
    sample: fromHex('00ff10a0 5b'),
    value: { data: fromHex('00ff10a05b') },
    fixed: 1,
    values: arbitrary.opaque(1, 512),
  });
});
