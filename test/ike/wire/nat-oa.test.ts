import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { readNatOa } from '../../../src/ike/wire/nat-oa.ts';
import { readPayload } from '../../../src/ike/wire/payload.ts';
import * as arbitrary from './arbitraries.ts';
import { testCodec } from './codec.ts';
import { refused } from './refused.ts';

const BODY = fromHex('01000000 c000020a');
const VALUE = { idType: 1, address: fromHex('c000020a') };

describe('NAT-OA payload (RFC 3947 §5.2)', () => {
  testCodec('nat-oa', {
    from: '192.0.2.10 laid out by hand',
    sample: BODY,
    value: VALUE,
    fixed: 8,
    values: fc.oneof(
      fc.record({ idType: fc.constant(1), address: arbitrary.octets(4) }),
      fc.record({ idType: fc.constant(5), address: arbitrary.octets(16) }),
    ),
  });

  test.each([21, 131])('goes by the number %d', (type) => {
    expect(readPayload({ type, body: BODY, reserved: 0 })).toEqual({ name: 'nat-oa', type, value: VALUE, body: BODY });
  });

  test.each([0, 2, 4, 11])('refuses the ID Type %d', (idType) => {
    expect(refused(() => readNatOa(Uint8Array.of(idType, 0, 0, 0, 192, 0, 2, 10)))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'ID Type', payload: 'NAT-OA', idType },
    });
  });

  test('refuses octets behind the address', () => {
    expect(refused(() => readNatOa(fromHex('01000000 c000020a 00')))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'NAT-OA', trailing: 1 },
    });
  });
});
