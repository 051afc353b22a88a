import type { CipherName } from './ciphers.ts';
import { tripleDesKey } from './des.ts';

/** What OpenSSL calls the ciphers. Single DES it has no more; what it has instead takes another key. */
export const OPENSSL_CBC = {
  aes128: 'aes-128-cbc',
  aes192: 'aes-192-cbc',
  aes256: 'aes-256-cbc',
  camellia128: 'camellia-128-cbc',
  camellia192: 'camellia-192-cbc',
  camellia256: 'camellia-256-cbc',
  '3des': 'des-ede3-cbc',
  des: 'des-ede3-cbc',
} as const satisfies Record<CipherName, string>;

/** The key for what OpenSSL calls the cipher. */
export const opensslKey = (cipher: CipherName, key: Uint8Array): Uint8Array =>
  cipher === 'des' ? tripleDesKey(key) : key;
