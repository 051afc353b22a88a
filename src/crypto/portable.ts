import type { cipher as ForgeCipher } from 'node-forge';
import { requireCbc } from './arguments.ts';
import type { CamelliaName, CipherName } from './ciphers.ts';
import { overGroups } from './over-groups.ts';
import { isCamellia, portableCamellia } from './portable-camellia.ts';
import { agreeEcp, publicValueEcp } from './portable-ecp.ts';
import { forge } from './portable-libraries.ts';
import { agreeModp, publicValueModp } from './portable-modp.ts';
import { agreeX25519, publicValueX25519 } from './portable-x25519.ts';
import type { CryptoProvider } from './provider.ts';

/** Forge's names. */
const CIPHER_NAMES = {
  aes128: 'AES-CBC',
  aes192: 'AES-CBC',
  aes256: 'AES-CBC',
  '3des': '3DES-CBC',
  des: 'DES-CBC',
} as const satisfies Record<Exclude<CipherName, CamelliaName>, string>;

/**
 * The second provider: JavaScript alone, without OpenSSL. It is what the first one is compared with, and a way out for
 * a machine whose OpenSSL lacks an algorithm.
 *
 * It is not constant-time: whoever can measure how long it takes may learn keys. So it is never chosen but by its name.
 */
export const portableProvider: CryptoProvider = {
  name: 'portable',
  hash: (hash, data) => octets(forge().md[hash].create().update(binary(data)).digest().getBytes()),
  hmac(hash, key, data) {
    const hmac = forge().hmac.create();
    hmac.start(hash, binary(key));
    hmac.update(binary(data));
    return octets(hmac.digest().getBytes());
  },
  encryptCbc(cipher, key, iv, plaintext) {
    requireCbc(cipher, key, iv, plaintext);
    if (isCamellia(cipher)) return encryptBlocks(portableCamellia(key).encrypt, iv, plaintext);
    return run(forge().cipher.createCipher(CIPHER_NAMES[cipher], binary(key)), iv, plaintext);
  },
  decryptCbc(cipher, key, iv, ciphertext) {
    requireCbc(cipher, key, iv, ciphertext);
    if (isCamellia(cipher)) return decryptBlocks(portableCamellia(key).decrypt, iv, ciphertext);
    return run(forge().cipher.createDecipher(CIPHER_NAMES[cipher], binary(key)), iv, ciphertext);
  },
  ...overGroups({
    modp: { publicValue: publicValueModp, agree: agreeModp },
    ecp: { publicValue: publicValueEcp, agree: agreeEcp },
    x25519: { publicValue: publicValueX25519, agree: agreeX25519 },
  }),
  equal: (a, b) =>
    a.length === b.length && a.reduce((difference, octet, i) => difference | (octet ^ (b[i] ?? 0)), 0) === 0,
};

/** update() alone gives every whole block; finish() would only add or take padding, which IKE does not have. */
function run(cipher: ForgeCipher.BlockCipher, iv: Uint8Array, data: Uint8Array): Uint8Array {
  cipher.start({ iv: binary(iv) });
  cipher.update(forge().util.createBuffer(binary(data)));
  return octets(cipher.output.getBytes());
}

/** CBC over a cipher of our own (NIST SP 800-38A §6.2). */
function encryptBlocks(encrypt: (block: Uint8Array) => Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const out = new Uint8Array(plaintext.length);
  let before = iv;
  for (let at = 0; at < out.length; at += iv.length) {
    before = encrypt(added(plaintext.subarray(at, at + iv.length), before));
    out.set(before, at);
  }
  return out;
}

function decryptBlocks(decrypt: (block: Uint8Array) => Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const out = new Uint8Array(ciphertext.length);
  for (let at = 0; at < out.length; at += iv.length) {
    const before = at === 0 ? iv : ciphertext.subarray(at - iv.length, at);
    out.set(added(decrypt(ciphertext.subarray(at, at + iv.length)), before), at);
  }
  return out;
}

const added = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((octet, i) => octet ^ (b[i] ?? 0));

/** Forge works on strings with an octet in each character. */
const binary = (data: Uint8Array): string => forge().util.binary.raw.encode(data);
const octets = (text: string): Uint8Array => forge().util.binary.raw.decode(text);
