import { createCipheriv, createDecipheriv, createHmac, hash as digest, timingSafeEqual } from 'node:crypto';
import { plainBytes } from '../base/bytes.ts';
import { requireCbc } from './arguments.ts';
import { agreeEcp, publicValueEcp } from './native-ecp.ts';
import { agreeModp, publicValueModp } from './native-modp.ts';
import { agreeX25519, publicValueX25519 } from './native-x25519.ts';
import { OPENSSL_CBC, opensslKey } from './openssl-names.ts';
import { overGroups } from './over-groups.ts';
import type { CryptoProvider } from './provider.ts';

/** The default provider: OpenSSL, through node:crypto. */
export const nativeProvider: CryptoProvider = {
  name: 'native',
  hash: (hash, data) => plainBytes(digest(hash, data, 'buffer')),
  hmac: (hash, key, data) => plainBytes(createHmac(hash, key).update(data).digest()),
  encryptCbc(cipher, key, iv, plaintext) {
    requireCbc(cipher, key, iv, plaintext);
    const encrypt = createCipheriv(OPENSSL_CBC[cipher], opensslKey(cipher, key), iv).setAutoPadding(false);
    // update() alone gives every whole block; final() would only add padding, which IKE does not have.
    return new Uint8Array(encrypt.update(plaintext));
  },
  decryptCbc(cipher, key, iv, ciphertext) {
    requireCbc(cipher, key, iv, ciphertext);
    const decrypt = createDecipheriv(OPENSSL_CBC[cipher], opensslKey(cipher, key), iv).setAutoPadding(false);
    return new Uint8Array(decrypt.update(ciphertext));
  },
  ...overGroups({
    modp: { publicValue: publicValueModp, agree: agreeModp },
    ecp: { publicValue: publicValueEcp, agree: agreeEcp },
    x25519: { publicValue: publicValueX25519, agree: agreeX25519 },
  }),
  // Lengths are public, so leaving early there tells nothing.
  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
};
