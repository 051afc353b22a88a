import { createCipheriv, createHmac, timingSafeEqual } from 'node:crypto';

import { concat, u32Bytes } from '../../base/bytes.ts';
import { ESP_INTEGRITY, type EspIntegrityName } from '../../crypto/esp-transforms.ts';
import type { HashName } from '../../crypto/hashes.ts';
import { BLOCK, finishBlock, lastBlockAt, type XcbcKeys, xcbcKeys } from './xcbc.ts';

/** A MAC of what lies in its parts, one behind the other. */
interface Mac {
  of(...parts: readonly Uint8Array[]): Uint8Array;
  close(): void;
}

/**
 * A MAC over all before the ICV, and with extended sequence numbers over the half that is not sent (RFC 4303 §2.8), cut to the
 * length that ESP carries.
 */
export class NodeIntegrity {
  readonly #mac: Mac;
  readonly #icvBytes: number;
  readonly #esn: boolean;

  constructor(name: EspIntegrityName, key: Uint8Array, esn: boolean) {
    const { mac, icvBytes } = ESP_INTEGRITY[name];
    this.#mac = mac === 'aes-xcbc' ? new Xcbc(key) : new Hmac(mac, key);
    this.#icvBytes = icvBytes;
    this.#esn = esn;
  }
  icv(authenticated: Uint8Array, high: number): Uint8Array {
    const mac = this.#esn ? this.#mac.of(authenticated, u32Bytes(high)) : this.#mac.of(authenticated);
    return mac.subarray(0, this.#icvBytes);
  }
  fits(bytes: Uint8Array, at: number, end: number, high: number): boolean {
    const icv = this.icv(bytes.subarray(at, end), high);
    return timingSafeEqual(icv, bytes.subarray(end, end + icv.length));
  }
  close(): void {
    this.#mac.close();
  }
}

/** RFC 2403, RFC 2404 and RFC 4868. */
class Hmac implements Mac {
  readonly #hash: HashName;
  readonly #key: Uint8Array;

  constructor(hash: HashName, key: Uint8Array) {
    this.#hash = hash;
    this.#key = key.slice();
  }
  of(...parts: readonly Uint8Array[]): Uint8Array {
    const hmac = createHmac(this.#hash, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest();
  }
  close(): void {
    this.#key.fill(0);
  }
}

/** AES-XCBC-MAC, RFC 3566 §4. */
class Xcbc implements Mac {
  readonly #keys: XcbcKeys;

  constructor(key: Uint8Array) {
    this.#keys = xcbcKeys(key);
  }
  of(...parts: readonly Uint8Array[]): Uint8Array {
    const message = concat(...parts);
    const last = lastBlockAt(message.length);
    const blocks = new Uint8Array(last + BLOCK);
    blocks.set(message);
    finishBlock(blocks, last, message.length - last, this.#keys);
    const chain = createCipheriv('aes-128-cbc', this.#keys.k1, new Uint8Array(BLOCK)).setAutoPadding(false);
    return chain.update(blocks).subarray(last);
  }
  close(): void {
    for (const key of Object.values(this.#keys)) key.fill(0);
  }
}
