import { expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../../src/base/bytes.ts';
import { Secret } from '../../../src/base/secret.ts';
import { CIPHERS, type CipherName } from '../../../src/crypto/ciphers.ts';
import { HASHES, type HashName } from '../../../src/crypto/hashes.ts';
import { nativeProvider } from '../../../src/crypto/native.ts';
import { encryptionKey } from '../../../src/ike/keys/encryption-key.ts';
import { fixedBytes } from '../../crypto/fixed-values.ts';
import { refusal } from '../../crypto/refusal.ts';
import { rubSessions } from './rub-sessions.ts';
import { slowEncryptionKey } from './slow-keys.ts';

const pairs = (Object.keys(HASHES) as HashName[]).flatMap((hash) =>
  (Object.keys(CIPHERS) as CipherName[]).map((cipher) => ({ hash, cipher })),
);
const keyHex = (hash: HashName, cipher: CipherName, skeyidE: Uint8Array): string =>
  toHex(encryptionKey(nativeProvider, hash, cipher, new Secret(skeyidE)).reveal());

test.each(rubSessions)('is the head of SKEYID_e in the recorded session $name (RFC 2409 App. B)', ({ expected }) => {
  const skeyidE = Buffer.from(expected['SKEYID_e'] ?? '', 'hex');
  expect(keyHex('sha1', 'aes128', skeyidE)).toBe(expected['Ka']);
});

test.each(pairs)('for $cipher with $hash is what RFC 2409 App. B says', ({ hash, cipher }) => {
  const skeyidE = fixedBytes(`SKEYID_e ${hash}`, HASHES[hash].bytes);
  expect(keyHex(hash, cipher, skeyidE)).toBe(slowEncryptionKey(hash, toHex(skeyidE), CIPHERS[cipher].keyBytes));
});

test.each<CipherName>(['aes192', 'aes256', '3des'])(
  'for %s with SHA-1 holds nothing of SKEYID_e itself (RFC 2409 App. B)',
  (cipher) => {
    const skeyidE = fixedBytes('SKEYID_e', 20);
    expect(keyHex('sha1', cipher, skeyidE)).not.toContain(toHex(skeyidE.slice(0, 8)));
  },
);

test('is a copy: wiping SKEYID_e leaves it', () => {
  const skeyidE = new Secret(fixedBytes('SKEYID_e', 32));
  const key = encryptionKey(nativeProvider, 'sha256', 'aes256', skeyidE);
  skeyidE.wipe();
  expect(key.reveal()).toEqual(fixedBytes('SKEYID_e', 32));
});

test('for DES is the first eight octets that are no weak key (RFC 2409 App. B)', () => {
  const weak = fromHex('0101010101010101');
  const good = fixedBytes('good', 8);
  expect(keyHex('sha1', 'des', concat(good, weak, good.slice(0, 4)))).toBe(toHex(good));
  expect(keyHex('sha1', 'des', concat(weak, good, good.slice(0, 4)))).toBe(toHex(good));
  expect(refusal(() => keyHex('md5', 'des', concat(weak, weak)))).toEqual({
    code: 'WEAK_KEY',
    details: { cipher: 'des' },
  });
});
