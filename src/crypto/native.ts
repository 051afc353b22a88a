import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { requireCbc, requirePrivateValue } from './arguments.ts';
import type { CipherName } from './ciphers.ts';
import { tripleDesKey } from './des.ts';
import { isEcp, isModp } from './groups.ts';
import { agreeEcp, publicValueEcp } from './native-ecp.ts';
import { agreeModp, publicValueModp } from './native-modp.ts';
import { agreeX25519, publicValueX25519 } from './native-x25519.ts';
import type { CryptoProvider } from './provider.ts';

/** OpenSSL's names. */
const CIPHER_NAMES = {
  aes128: 'aes-128-cbc',
  aes192: 'aes-192-cbc',
  aes256: 'aes-256-cbc',
  '3des': 'des-ede3-cbc',
  des: 'des-ede3-cbc',
} as const satisfies Record<CipherName, string>;

const keyOf = (cipher: CipherName, key: Uint8Array): Uint8Array => (cipher === 'des' ? tripleDesKey(key) : key);

/** The default provider: OpenSSL, through node:crypto. */
export const nativeProvider: CryptoProvider = {
  name: 'native',
  hash: (hash, data) => new Uint8Array(createHash(hash).update(data).digest()),
  hmac: (hash, key, data) => new Uint8Array(createHmac(hash, key).update(data).digest()),
  encryptCbc(cipher, key, iv, plaintext) {
    requireCbc(cipher, key, iv, plaintext);
    const encrypt = createCipheriv(CIPHER_NAMES[cipher], keyOf(cipher, key), iv).setAutoPadding(false);
    // update() alone gives every whole block; final() would only add padding, which IKE does not have.
    return new Uint8Array(encrypt.update(plaintext));
  },
  decryptCbc(cipher, key, iv, ciphertext) {
    requireCbc(cipher, key, iv, ciphertext);
    const decrypt = createDecipheriv(CIPHER_NAMES[cipher], keyOf(cipher, key), iv).setAutoPadding(false);
    return new Uint8Array(decrypt.update(ciphertext));
  },
  publicValue(group, privateValue) {
    requirePrivateValue(group, privateValue);
    if (isModp(group)) return publicValueModp(group, privateValue);
    return isEcp(group) ? publicValueEcp(group, privateValue) : publicValueX25519(privateValue);
  },
  agree(group, privateValue, peerPublic) {
    requirePrivateValue(group, privateValue);
    if (isModp(group)) return agreeModp(group, privateValue, peerPublic);
    return isEcp(group) ? agreeEcp(group, privateValue, peerPublic) : agreeX25519(privateValue, peerPublic);
  },
  // Lengths are public, so leaving early there tells nothing.
  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
};
