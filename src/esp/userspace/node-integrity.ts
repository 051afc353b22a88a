import { createHmac, timingSafeEqual } from 'node:crypto';

import { u32Bytes } from '../../base/bytes.ts';
import { ESP_INTEGRITY, type EspIntegrityName } from '../../crypto/esp-transforms.ts';

/**
 * HMAC over all before the ICV, and with extended sequence numbers over the half that is not sent (RFC 4303 §2.8), cut to the
 * length that ESP carries: RFC 2403, RFC 2404 and RFC 4868 §2.6.
 */
export class NodeIntegrity {
  readonly #name: EspIntegrityName;
  readonly #key: Uint8Array;
  readonly #esn: boolean;

  constructor(name: EspIntegrityName, key: Uint8Array, esn: boolean) {
    this.#name = name;
    this.#key = key.slice();
    this.#esn = esn;
  }
  icv(authenticated: Uint8Array, high: number): Uint8Array {
    const { hash, icvBytes } = ESP_INTEGRITY[this.#name];
    const hmac = createHmac(hash, this.#key).update(authenticated);
    if (this.#esn) hmac.update(u32Bytes(high));
    return hmac.digest().subarray(0, icvBytes);
  }
  fits(bytes: Uint8Array, at: number, end: number, high: number): boolean {
    const icv = this.icv(bytes.subarray(at, end), high);
    return timingSafeEqual(icv, bytes.subarray(end, end + icv.length));
  }
  close(): void {
    this.#key.fill(0);
  }
}
