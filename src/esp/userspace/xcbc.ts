import { createCipheriv } from 'node:crypto';

/** AES-XCBC-MAC works on blocks of AES. */
export const BLOCK = 16;

/** What RFC 3566 §4 makes of a key: K1 for the chain, K2 for a last block that is whole, K3 for one that was padded. */
export interface XcbcKeys {
  readonly k1: Uint8Array;
  readonly k2: Uint8Array;
  readonly k3: Uint8Array;
}

export function xcbcKeys(key: Uint8Array): XcbcKeys {
  const encrypted = (octet: number): Uint8Array =>
    new Uint8Array(
      createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(new Uint8Array(BLOCK).fill(octet)),
    );
  return { k1: encrypted(1), k2: encrypted(2), k3: encrypted(3) };
}

/** Where the last block of a message begins: it is there even where the message is empty. */
export const lastBlockAt = (length: number): number => Math.max(0, Math.ceil(length / BLOCK) - 1) * BLOCK;

/** Makes the last block, of whose octets at `at` there are `length`, what the chain ends with. */
export function finishBlock(bytes: Uint8Array, at: number, length: number, { k2, k3 }: XcbcKeys): void {
  bytes.fill(0, at + length, at + BLOCK);
  if (length < BLOCK) bytes[at + length] = 0x80;
  const key = length < BLOCK ? k3 : k2;
  for (let i = 0; i < BLOCK; i++) bytes[at + i] = (bytes[at + i] ?? 0) ^ (key[i] ?? 0);
}
