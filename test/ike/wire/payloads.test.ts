import { describe, expect, test } from 'vitest';
import { payload } from '../../../src/ike/wire/payload.ts';
import { Payloads } from '../../../src/ike/wire/payloads.ts';
import { refused } from './refused.ts';

const hash = payload('hash', { data: Uint8Array.of(1) });
const vendorId = (n: number) => payload('vendor-id', { data: Uint8Array.of(n) });
const unknown = { name: 'unknown', type: 99, body: new Uint8Array() } as const;
const payloads = new Payloads([vendorId(1), hash, unknown, vendorId(2)]);

describe('Payloads', () => {
  test('finds by name and keeps the order', () => {
    expect(payloads.one('hash')).toBe(hash);
    expect(payloads.optional('hash')).toBe(hash);
    expect(payloads.all('vendor-id')).toEqual([vendorId(1), vendorId(2)]);
    expect(payloads.list).toHaveLength(4);
  });

  test('finds nothing where nothing is', () => {
    expect(payloads.optional('nonce')).toBeUndefined();
    expect(payloads.all('nonce')).toEqual([]);
    expect(refused(() => payloads.one('nonce'))).toEqual({ code: 'PAYLOAD_MALFORMED', details: { missing: 'nonce' } });
  });

  test('refuses to choose between two', () => {
    const repeated = { code: 'PAYLOAD_MALFORMED', details: { repeated: 'vendor-id' } };
    expect(refused(() => payloads.one('vendor-id'))).toEqual(repeated);
    expect(refused(() => payloads.optional('vendor-id'))).toEqual(repeated);
  });
});
