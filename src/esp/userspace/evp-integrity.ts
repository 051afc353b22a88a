import { ESP_INTEGRITY, type EspIntegrityName } from '../../crypto/esp-transforms.ts';
import type { HashName } from '../../crypto/hashes.ts';
import type { OpenSsl } from '../../linux/openssl.ts';
import { ARGUMENT, type Evp, required, withKey } from './evp-cipher.ts';

const DIGESTS = {
  md5: 'EVP_md5',
  sha1: 'EVP_sha1',
  sha256: 'EVP_sha256',
  sha384: 'EVP_sha384',
  sha512: 'EVP_sha512',
} as const satisfies Record<HashName, keyof OpenSsl>;

/**
 * HMAC over all before the ICV, and with extended sequence numbers over the half that is not sent (RFC 4303 §2.8), cut to the length
 * that ESP carries: RFC 2403, RFC 2404 and RFC 4868 §2.6. Its context is begun anew for each packet.
 */
export class EvpIntegrity {
  readonly #evp: Evp;
  readonly #context: number;
  readonly #icvBytes: number;
  readonly #esn: boolean;

  constructor(evp: Evp, name: EspIntegrityName, key: Uint8Array, esn: boolean) {
    const { lib, argument } = evp;
    this.#evp = evp;
    this.#icvBytes = ESP_INTEGRITY[name].icvBytes;
    this.#esn = esn;
    this.#context = lib.HMAC_CTX_new();
    withKey(argument, key, (address) => {
      required(lib.HMAC_Init_ex(this.#context, address, key.length, lib[DIGESTS[ESP_INTEGRITY[name].hash]](), 0));
    });
  }

  /** A view that holds until the next call. */
  icv(from: number, end: number, high: number): Uint8Array {
    this.#digest(from, end, high);
    return this.#evp.argument.bytes.subarray(ARGUMENT.digest, ARGUMENT.digest + this.#icvBytes);
  }
  fits(from: number, end: number, high: number): boolean {
    return this.#evp.lib.CRYPTO_memcmp(this.#digest(from, end, high), end, this.#icvBytes) === 0;
  }
  close(): void {
    this.#evp.lib.HMAC_CTX_free(this.#context);
  }

  /** The address of the whole digest. */
  #digest(from: number, end: number, high: number): number {
    const { lib, argument } = this.#evp;
    const digest = argument.address + ARGUMENT.digest;
    required(lib.HMAC_Init_ex(this.#context, 0, 0, 0, 0));
    required(lib.HMAC_Update(this.#context, from, end - from));
    if (this.#esn) {
      argument.view.setUint32(ARGUMENT.header, high);
      required(lib.HMAC_Update(this.#context, argument.address + ARGUMENT.header, 4));
    }
    required(lib.HMAC_Final(this.#context, digest, argument.address + ARGUMENT.length));
    return digest;
  }
}
