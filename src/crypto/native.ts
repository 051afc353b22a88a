import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { IkeError } from '../base/errors.ts';
import { CIPHERS, type CipherName } from './ciphers.ts';
import { GROUPS, type GroupName } from './groups.ts';
import { agreeEcp, publicValueEcp } from './native-ecp.ts';
import { agreeModp, publicValueModp } from './native-modp.ts';
import { agreeX25519, publicValueX25519 } from './native-x25519.ts';
import { isPrivateValue } from './private-value.ts';
import type { CryptoProvider } from './provider.ts';

/** OpenSSL's names. */
const CIPHER_NAMES = {
  aes128: 'aes-128-cbc',
  aes192: 'aes-192-cbc',
  aes256: 'aes-256-cbc',
  '3des': 'des-ede3-cbc',
} as const satisfies Record<CipherName, string>;

/** The default provider: OpenSSL, through node:crypto. */
export const nativeProvider: CryptoProvider = {
  name: 'native',
  hash: (hash, data) => new Uint8Array(createHash(hash).update(data).digest()),
  hmac: (hash, key, data) => new Uint8Array(createHmac(hash, key).update(data).digest()),
  encryptCbc(cipher, key, iv, plaintext) {
    requireCbc(cipher, key, iv, plaintext);
    // update() alone gives every whole block; final() would only add padding, which IKE does not have.
    return new Uint8Array(createCipheriv(CIPHER_NAMES[cipher], key, iv).setAutoPadding(false).update(plaintext));
  },
  decryptCbc(cipher, key, iv, ciphertext) {
    requireCbc(cipher, key, iv, ciphertext);
    return new Uint8Array(createDecipheriv(CIPHER_NAMES[cipher], key, iv).setAutoPadding(false).update(ciphertext));
  },
  publicValue(group, privateValue) {
    requirePrivateValue(group, privateValue);
    if (group === 'x25519') return publicValueX25519(privateValue);
    return group === 'ecp256' || group === 'ecp384'
      ? publicValueEcp(group, privateValue)
      : publicValueModp(group, privateValue);
  },
  agree(group, privateValue, peerPublic) {
    requirePrivateValue(group, privateValue);
    if (group === 'x25519') return agreeX25519(privateValue, peerPublic);
    return group === 'ecp256' || group === 'ecp384'
      ? agreeEcp(group, privateValue, peerPublic)
      : agreeModp(group, privateValue, peerPublic);
  },
  // Lengths are public, so leaving early there tells nothing.
  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
};

function requireCbc(cipher: CipherName, key: Uint8Array, iv: Uint8Array, data: Uint8Array): void {
  const { keyBytes, blockBytes } = CIPHERS[cipher];
  if (key.length !== keyBytes)
    throw new IkeError('INVALID_ARGUMENT', { what: 'key', cipher, want: keyBytes, have: key.length });
  if (iv.length !== blockBytes)
    throw new IkeError('INVALID_ARGUMENT', { what: 'IV', cipher, want: blockBytes, have: iv.length });
  if (data.length % blockBytes !== 0) {
    throw new IkeError('INVALID_ARGUMENT', { what: 'whole blocks', cipher, block: blockBytes, have: data.length });
  }
}

function requirePrivateValue(group: GroupName, value: Uint8Array): void {
  if (isPrivateValue(group, value)) return;
  throw new IkeError('INVALID_ARGUMENT', {
    what: 'private value',
    group,
    want: GROUPS[group].privateBytes,
    have: value.length,
  });
}
