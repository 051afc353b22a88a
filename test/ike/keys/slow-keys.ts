import { createCipheriv, createHash, createHmac } from 'node:crypto';

/**
 * RFC 2409's key derivation the slow and obvious way, on Buffers and hexadecimal text: one line a line of the RFC, nothing shared
 * with the code under test.
 */
const hmac = (hash: string, key: string, text: string): string =>
  createHmac(hash, Buffer.from(key, 'hex')).update(Buffer.from(text, 'hex')).digest('hex');

/** Enough of K1 | K2 | … for 160 octets, then cut (RFC 2409 §5.5). */
export function slowKeymat(
  hash: string,
  skeyidD: string,
  given: {
    readonly gxy: string;
    readonly protocol: string;
    readonly spi: string;
    readonly ni: string;
    readonly nr: string;
  },
  bytes: number,
): string {
  const tail = given.gxy + given.protocol + given.spi + given.ni + given.nr;
  const k1 = hmac(hash, skeyidD, tail);
  const k2 = hmac(hash, skeyidD, k1 + tail);
  const k3 = hmac(hash, skeyidD, k2 + tail);
  const k4 = hmac(hash, skeyidD, k3 + tail);
  const k5 = hmac(hash, skeyidD, k4 + tail);
  const k6 = hmac(hash, skeyidD, k5 + tail);
  const k7 = hmac(hash, skeyidD, k6 + tail);
  const k8 = hmac(hash, skeyidD, k7 + tail);
  const k9 = hmac(hash, skeyidD, k8 + tail);
  const k10 = hmac(hash, skeyidD, k9 + tail);
  return (k1 + k2 + k3 + k4 + k5 + k6 + k7 + k8 + k9 + k10).slice(0, 2 * bytes);
}

/** Ka by RFC 2409 App. B, for keys of up to 40 octets. */
export function slowEncryptionKey(hash: string, skeyidE: string, bytes: number): string {
  if (skeyidE.length >= 2 * bytes) return skeyidE.slice(0, 2 * bytes);
  const k1 = hmac(hash, skeyidE, '00');
  const k2 = hmac(hash, skeyidE, k1);
  return (k1 + k2).slice(0, 2 * bytes);
}

/** CBC as a loop over single blocks: what is the IV of each message falls out of it (RFC 2409 App. B). */
export class SlowIvChain {
  #last: Buffer;
  readonly #block: (block: Buffer) => Buffer;
  readonly #size: number;

  constructor(cipher: 'aes256' | '3des', key: Uint8Array, iv: Uint8Array) {
    const name = cipher === '3des' ? 'des-ede3' : 'aes-256-ecb';
    this.#block = (block) => createCipheriv(name, key, null).setAutoPadding(false).update(block);
    this.#size = iv.length;
    this.#last = Buffer.from(iv);
  }

  /** The message as the next of the chain, zeros behind it to the block. */
  encrypt(plaintext: Uint8Array): string {
    let out = '';
    for (let at = 0; at < plaintext.length; at += this.#size) {
      const block = Buffer.alloc(this.#size);
      block.set(plaintext.subarray(at, at + this.#size));
      for (let i = 0; i < this.#size; i++) block[i] = (block[i] ?? 0) ^ (this.#last[i] ?? 0);
      this.#last = this.#block(block);
      out += this.#last.toString('hex');
    }
    return out;
  }
}

/** The head of a hash. */
export function slowIv(hash: string, text: string, bytes: number): string {
  return createHash(hash)
    .update(Buffer.from(text, 'hex'))
    .digest('hex')
    .slice(0, 2 * bytes);
}
