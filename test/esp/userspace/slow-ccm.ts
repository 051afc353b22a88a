import { createCipheriv } from 'node:crypto';

import { concat } from '../../../src/base/bytes.ts';

/** AES-CCM as NIST SP 800-38C writes it down, a block at a time: ciphertext, then tag. The lengths fit in 16 bits. */
export function slowCcm(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  plaintext: Uint8Array,
  tagBytes: number,
): Uint8Array {
  const lengthBytes = 15 - nonce.length;
  const encrypt = (block: Uint8Array): Uint8Array =>
    new Uint8Array(
      createCipheriv(`aes-${key.length * 8}-ecb`, key, null)
        .setAutoPadding(false)
        .update(block),
    );
  const flags = 64 + 8 * ((tagBytes - 2) / 2) + (lengthBytes - 1);
  const first = concat(Uint8Array.of(flags), nonce, bigEndian(plaintext.length, lengthBytes));
  const blocks = concat(first, padded(concat(bigEndian(associated.length, 2), associated)), padded(plaintext));
  let mac: Uint8Array = new Uint8Array(16);
  for (let at = 0; at < blocks.length; at += 16) mac = encrypt(added(mac, blocks.subarray(at, at + 16)));
  const stream = (n: number): Uint8Array =>
    encrypt(concat(Uint8Array.of(lengthBytes - 1), nonce, bigEndian(n, lengthBytes)));
  const ciphertext = plaintext.map((octet, i) => octet ^ (stream(Math.floor(i / 16) + 1)[i % 16] ?? 0));
  return concat(ciphertext, added(mac, stream(0)).subarray(0, tagBytes));
}

const padded = (octets: Uint8Array): Uint8Array => concat(octets, new Uint8Array((16 - (octets.length % 16)) % 16));
const added = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((octet, i) => octet ^ (b[i] ?? 0));
const bigEndian = (value: number, bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * (bytes - 1 - i))));
