import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { basicAttribute } from '../../../src/ike/wire/attributes.ts';
import { readConfiguration } from '../../../src/ike/wire/configuration.ts';
import * as arbitrary from './arbitraries.ts';
import { testCodec } from './codec.ts';
import { refused } from './refused.ts';

describe('Configuration payload (draft-dukes-ike-mode-cfg-02 §3.2)', () => {
  testCodec('configuration', {
    from: 'a request for an address and for XAUTH of type 0 laid out by hand',
    sample: fromHex('0100abcd 00010000 c0880000'),
    value: {
      cfgType: 1,
      identifier: 0xabcd,
      attributes: [{ type: 1, format: 'tlv', value: new Uint8Array() }, basicAttribute(16520, 0)],
    },
    fixed: 4,
    values: fc.record({
      cfgType: arbitrary.u8,
      identifier: arbitrary.u16,
      attributes: fc.array(arbitrary.dataAttribute, { maxLength: 6 }),
    }),
  });

  test('ignores RESERVED, and may have no attributes', () => {
    expect(readConfiguration(fromHex('04ff0007'))).toEqual({ cfgType: 4, identifier: 7, attributes: [] });
  });

  test('refuses an attribute that is longer than the payload', () => {
    expect(refused(() => readConfiguration(fromHex('02000007 00010004 0a0000')))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'Attribute Value', need: 4, have: 3 },
    });
  });
});
