import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { payload, readPayload } from '../../../src/ike/wire/payload.ts';
import { refused } from './refused.ts';

describe('readPayload and payload', () => {
  test('keep the body as it was received, even where writing it again would differ', () => {
    // RESERVED of a Configuration payload is not zero here.
    const body = fromHex('01ff0007');
    expect(readPayload({ type: 14, body, reserved: 0 })).toEqual({
      name: 'configuration',
      type: 14,
      value: { cfgType: 1, identifier: 7, attributes: [] },
      body,
    });
  });

  test('keep a payload of unknown number', () => {
    const body = fromHex('0102');
    expect(readPayload({ type: 200, body, reserved: 9 })).toEqual({ name: 'unknown', type: 200, body });
  });

  test('throw what the codec throws', () => {
    expect(refused(() => readPayload({ type: 10, body: fromHex('01'), reserved: 0 })).details).toEqual({
      what: 'Nonce Data',
      need: 8,
      have: 1,
    });
  });

  test("build an outgoing payload under the RFC's number, or a draft's where told", () => {
    const data = fromHex('0a0b');
    expect(payload('nat-d', { data })).toEqual({ name: 'nat-d', type: 20, value: { data }, body: data });
    expect(payload('nat-d', { data }, 130).type).toBe(130);
  });
});
