import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../../src/base/bytes.ts';
import { Secret } from '../../../src/base/secret.ts';
import { nativeProvider } from '../../../src/crypto/native.ts';
import { hash1, hash2, hash3, informationalHash } from '../../../src/ike/keys/quick-hash.ts';
import { fixedBytes } from '../../crypto/fixed-values.ts';

const key = fixedBytes('SKEYID_a', 20);
const skeyidA = new Secret(key);
const messageId = 0xfedc_ba98;
const mid = fromHex('fedcba98');
const [ni, nr, rest] = [fixedBytes('Ni_b', 16), fixedBytes('Nr_b', 24), fixedBytes('SA and so on', 60)];
const hmac = (...parts: Uint8Array[]): string =>
  createHmac('sha1', key)
    .update(concat(...parts))
    .digest('hex');

test('HASH(1) covers M-ID and the rest of the message (RFC 2409 §5.5)', () => {
  expect(toHex(hash1(nativeProvider, 'sha1', skeyidA, messageId, rest))).toBe(hmac(mid, rest));
});

test('HASH(2) covers M-ID, Ni_b and the rest of the message (RFC 2409 §5.5)', () => {
  expect(toHex(hash2(nativeProvider, 'sha1', skeyidA, messageId, ni, rest))).toBe(hmac(mid, ni, rest));
});

test('HASH(3) covers 0, M-ID, Ni_b and Nr_b (RFC 2409 §5.5)', () => {
  expect(toHex(hash3(nativeProvider, 'sha1', skeyidA, messageId, ni, nr))).toBe(hmac(Uint8Array.of(0), mid, ni, nr));
});

test('the HASH(1) of an Informational covers M-ID and the rest of the message (RFC 2409 §5.7)', () => {
  expect(toHex(informationalHash(nativeProvider, 'sha1', skeyidA, messageId, rest))).toBe(hmac(mid, rest));
});
