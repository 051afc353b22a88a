import { expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/base/bytes.ts';
import { CIPHERS, type CipherName } from '../../../src/crypto/ciphers.ts';
import { HASHES, type HashName } from '../../../src/crypto/hashes.ts';
import { nativeProvider } from '../../../src/crypto/native.ts';
import { phase1Iv, phase2Iv } from '../../../src/ike/keys/iv.ts';
import { fixedBytes } from '../../crypto/fixed-values.ts';
import { rubSessions } from './rub-sessions.ts';
import { slowIv } from './slow-keys.ts';

const pairs = (Object.keys(HASHES) as HashName[]).flatMap((hash) =>
  (Object.keys(CIPHERS) as CipherName[]).map((cipher) => ({ hash, cipher })),
);

test.each(rubSessions)('phase 1 begins with the IV of the recorded session $name (RFC 2409 App. B)', (session) => {
  const iv = phase1Iv(nativeProvider, 'sha1', 'aes128', session.gxi, session.gxr);
  expect(toHex(iv)).toBe(session.expected['iv_mid_00000000']);
});

test('an Informational begins with the IV of the recorded session (RFC 2409 App. B)', () => {
  const session = rubSessions[1];
  if (session === undefined) throw new Error('vector missing');
  // Nothing had been encrypted in phase 1 yet, so its last block is its first IV.
  const last = fromHex(session.expected['iv_mid_00000000'] ?? '');
  const iv = phase2Iv(nativeProvider, 'sha1', 'aes128', last, 0xd8029d42);
  expect(toHex(iv)).toBe(session.expected['iv_mid_d8029d42']);
});

test.each(pairs)('for $cipher with $hash both are the head of the hash, one block long', ({ hash, cipher }) => {
  const { blockBytes } = CIPHERS[cipher];
  const [gxi, gxr, last] = [fixedBytes('g^xi', 64), fixedBytes('g^xr', 64), fixedBytes('last', blockBytes)];
  const iv1 = phase1Iv(nativeProvider, hash, cipher, gxi, gxr);
  expect(toHex(iv1)).toBe(slowIv(hash, toHex(gxi) + toHex(gxr), blockBytes));
  const iv2 = phase2Iv(nativeProvider, hash, cipher, last, 0x0000_00ff);
  expect(toHex(iv2)).toBe(slowIv(hash, `${toHex(last)}000000ff`, blockBytes));
});

test('message ids above 2^31 are four octets like any other', () => {
  const last = fixedBytes('last', 16);
  const iv = phase2Iv(nativeProvider, 'sha256', 'aes256', last, 0xffff_fffe);
  expect(toHex(iv)).toBe(slowIv('sha256', `${toHex(last)}fffffffe`, 16));
});
