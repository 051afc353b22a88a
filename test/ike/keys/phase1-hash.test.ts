import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../../src/base/bytes.ts';
import { Secret } from '../../../src/base/secret.ts';
import { nativeProvider } from '../../../src/crypto/native.ts';
import { hashI, hashR } from '../../../src/ike/keys/phase1-hash.ts';
import { fixedBytes } from '../../crypto/fixed-values.ts';
import { rubSessions } from './rub-sessions.ts';

const given = {
  gxi: fixedBytes('g^xi', 64),
  gxr: fixedBytes('g^xr', 64),
  initiatorCookie: fixedBytes('CKY-I', 8),
  responderCookie: fixedBytes('CKY-R', 8),
  saBodyI: fixedBytes('SAi_b', 50),
};
const skeyid = fixedBytes('SKEYID', 32);
const hmac = (...parts: Uint8Array[]): string =>
  createHmac('sha256', skeyid)
    .update(concat(...parts))
    .digest('hex');

test.each(rubSessions)('HASH_R is that of the recorded session $name (RFC 2409 §5)', (session) => {
  const key = new Secret(fromHex(session.expected['SKEYID'] ?? ''));
  expect(toHex(hashR(nativeProvider, 'sha1', key, session))).toBe(session.expected['HASH_R']);
});

test('HASH_I covers g^xi | g^xr | CKY-I | CKY-R | SAi_b | IDii_b (RFC 2409 §5)', () => {
  const idBodyI = fixedBytes('IDii_b', 12);
  const { gxi, gxr, initiatorCookie, responderCookie, saBodyI } = given;
  expect(toHex(hashI(nativeProvider, 'sha256', new Secret(skeyid), { ...given, idBodyI }))).toBe(
    hmac(gxi, gxr, initiatorCookie, responderCookie, saBodyI, idBodyI),
  );
});

test('HASH_R covers g^xr | g^xi | CKY-R | CKY-I | SAi_b | IDir_b (RFC 2409 §5)', () => {
  const idBodyR = fixedBytes('IDir_b', 12);
  const { gxi, gxr, initiatorCookie, responderCookie, saBodyI } = given;
  expect(toHex(hashR(nativeProvider, 'sha256', new Secret(skeyid), { ...given, idBodyR }))).toBe(
    hmac(gxr, gxi, responderCookie, initiatorCookie, saBodyI, idBodyR),
  );
});

test('a HASH that is sent back proves nothing: with one identity for both, HASH_I and HASH_R differ', () => {
  const id = fixedBytes('ID', 12);
  expect(hashI(nativeProvider, 'sha256', new Secret(skeyid), { ...given, idBodyI: id })).not.toEqual(
    hashR(nativeProvider, 'sha256', new Secret(skeyid), { ...given, idBodyR: id }),
  );
});
