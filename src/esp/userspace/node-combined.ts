import {
  type CipherCCM,
  type CipherGCM,
  createCipheriv,
  createDecipheriv,
  type DecipherCCM,
  type DecipherGCM,
} from 'node:crypto';

import { concat, u32Bytes } from '../../base/bytes.ts';
import type { CombinedAlgorithm } from './openssl-algorithms.ts';
import { ESP_HEADER_BYTES, type PacketMemory } from './packet.ts';
import type { Transform } from './transform.ts';

const IV_BYTES = 8;

/** GCM (RFC 4106), CCM (RFC 4309) and GMAC (RFC 4543): the nonce is salt and IV. */
export class NodeCombined implements Transform {
  readonly #algorithm: CombinedAlgorithm;
  readonly #key: Uint8Array;
  readonly #salt: Uint8Array;
  readonly #options: { readonly authTagLength: number };
  readonly #esn: boolean;

  constructor(algorithm: CombinedAlgorithm, key: Uint8Array, salt: Uint8Array, icvBytes: number, esn: boolean) {
    this.#algorithm = algorithm;
    this.#key = key;
    this.#salt = salt;
    this.#options = { authTagLength: icvBytes };
    this.#esn = esn;
  }

  seal({ bytes }: PacketMemory, at: number, end: number, high: number): void {
    const from = this.#encryptedFrom(at, end);
    const cipher = this.#cipher(this.#nonce(bytes, at));
    cipher.setAAD(this.#authenticated(bytes, at, from, high), { plaintextLength: end - from });
    bytes.set(cipher.update(bytes.subarray(from, end)), from);
    cipher.final();
    bytes.set(cipher.getAuthTag(), end);
  }

  open({ bytes }: PacketMemory, at: number, end: number, high: number): boolean {
    const from = this.#encryptedFrom(at, end);
    const decipher = this.#decipher(this.#nonce(bytes, at));
    decipher.setAuthTag(bytes.subarray(end, end + this.#options.authTagLength));
    decipher.setAAD(this.#authenticated(bytes, at, from, high), { plaintextLength: end - from });
    const plaintext = decipher.update(bytes.subarray(from, end));
    try {
      decipher.final();
    } catch {
      // The only way in which node says that the tag is wrong.
      return false;
    }
    bytes.set(plaintext, from);
    return true;
  }

  close(): void {
    this.#key.fill(0);
    this.#salt.fill(0);
  }

  #cipher(nonce: Uint8Array): CipherGCM | CipherCCM {
    const { mode, name } = this.#algorithm;
    if (mode === 'ccm') return createCipheriv(name, this.#key, nonce, this.#options);
    return createCipheriv(name, this.#key, nonce, this.#options);
  }
  #decipher(nonce: Uint8Array): DecipherGCM | DecipherCCM {
    const { mode, name } = this.#algorithm;
    if (mode === 'ccm') return createDecipheriv(name, this.#key, nonce, this.#options);
    return createDecipheriv(name, this.#key, nonce, this.#options);
  }

  #nonce(bytes: Uint8Array, at: number): Uint8Array {
    return concat(this.#salt, bytes.subarray(at + ESP_HEADER_BYTES, at + ESP_HEADER_BYTES + IV_BYTES));
  }

  #encryptedFrom(at: number, end: number): number {
    return this.#algorithm.mode === 'gmac' ? end : at + ESP_HEADER_BYTES + IV_BYTES;
  }

  /**
   * The header, its sequence number whole where it is extended (RFC 4106 §5, RFC 4309 §5). With GMAC also everything behind it,
   * the IV too: RFC 4543 §3.3 and §7 disagree about that, draft-mcgrew-gcm-test-01 and everybody's packets have it.
   */
  #authenticated(bytes: Uint8Array, at: number, from: number, high: number): Uint8Array {
    const end = this.#algorithm.mode === 'gmac' ? from : at + ESP_HEADER_BYTES;
    if (!this.#esn) return bytes.subarray(at, end);
    return concat(bytes.subarray(at, at + 4), u32Bytes(high), bytes.subarray(at + 4, end));
  }
}
