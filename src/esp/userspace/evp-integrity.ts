import { ESP_INTEGRITY, type EspIntegrityName } from '../../crypto/esp-transforms.ts';
import type { HashName } from '../../crypto/hashes.ts';
import type { OpenSsl } from '../../linux/openssl.ts';
import { ARGUMENT, type Evp, EvpCipher, required, withKey } from './evp-cipher.ts';
import type { PacketMemory } from './packet.ts';
import { BLOCK, finishBlock, lastBlockAt, type XcbcKeys, xcbcKeys } from './xcbc.ts';

const DIGESTS = {
  md5: 'EVP_md5',
  sha1: 'EVP_sha1',
  sha256: 'EVP_sha256',
  sha384: 'EVP_sha384',
  sha512: 'EVP_sha512',
} as const satisfies Record<HashName, keyof OpenSsl>;

/** A MAC over a part of a packet's memory, and over the upper half of a sequence number where there is one. */
interface Mac {
  /** Where in the memory for arguments the MAC is, until the next call. */
  of(memory: PacketMemory, at: number, end: number, high: number | undefined): number;
  close(): void;
}

/**
 * A MAC over all before the ICV, and with extended sequence numbers over the half that is not sent (RFC 4303 §2.8), cut to the
 * length that ESP carries.
 */
export class EvpIntegrity {
  readonly #evp: Evp;
  readonly #mac: Mac;
  readonly #icvBytes: number;
  readonly #esn: boolean;

  constructor(evp: Evp, name: EspIntegrityName, key: Uint8Array, esn: boolean) {
    const { mac, icvBytes } = ESP_INTEGRITY[name];
    this.#evp = evp;
    this.#mac = mac === 'aes-xcbc' ? new EvpXcbc(evp, key) : new EvpHmac(evp, mac, key);
    this.#icvBytes = icvBytes;
    this.#esn = esn;
  }

  write(memory: PacketMemory, at: number, end: number, high: number): void {
    const mac = this.#mac.of(memory, at, end, this.#esn ? high : undefined);
    memory.bytes.set(this.#evp.argument.bytes.subarray(mac, mac + this.#icvBytes), end);
  }
  fits(memory: PacketMemory, at: number, end: number, high: number): boolean {
    const { lib, argument } = this.#evp;
    const mac = this.#mac.of(memory, at, end, this.#esn ? high : undefined);
    return lib.CRYPTO_memcmp(argument.address + mac, memory.address + end, this.#icvBytes) === 0;
  }
  close(): void {
    this.#mac.close();
  }
}

/** RFC 2403, RFC 2404 and RFC 4868; its context is begun anew for each packet. */
class EvpHmac implements Mac {
  readonly #evp: Evp;
  readonly #context: number;

  constructor(evp: Evp, hash: HashName, key: Uint8Array) {
    const { lib, argument } = evp;
    this.#evp = evp;
    this.#context = lib.HMAC_CTX_new();
    withKey(argument, key, (address) => {
      required(lib.HMAC_Init_ex(this.#context, address, key.length, lib[DIGESTS[hash]](), 0));
    });
  }
  of({ address }: PacketMemory, at: number, end: number, high: number | undefined): number {
    const { lib, argument } = this.#evp;
    required(lib.HMAC_Init_ex(this.#context, 0, 0, 0, 0));
    required(lib.HMAC_Update(this.#context, address + at, end - at));
    if (high !== undefined) {
      argument.view.setUint32(ARGUMENT.header, high);
      required(lib.HMAC_Update(this.#context, argument.address + ARGUMENT.header, 4));
    }
    required(lib.HMAC_Final(this.#context, argument.address + ARGUMENT.digest, argument.address + ARGUMENT.length));
    return ARGUMENT.digest;
  }
  close(): void {
    this.#evp.lib.HMAC_CTX_free(this.#context);
  }
}

/** AES-XCBC-MAC, RFC 3566 §4: AES in CBC mode whose ciphertext nobody looks at, but for the last block. */
class EvpXcbc implements Mac {
  readonly #evp: Evp;
  readonly #keys: XcbcKeys;
  readonly #chain: EvpCipher;

  constructor(evp: Evp, key: Uint8Array) {
    this.#evp = evp;
    this.#keys = xcbcKeys(key);
    this.#chain = new EvpCipher(evp, 'aes-128-cbc', this.#keys.k1, 'outbound');
  }
  of({ bytes, address }: PacketMemory, at: number, end: number, high: number | undefined): number {
    const { argument } = this.#evp;
    const [block, scratch] = [ARGUMENT.digest, argument.address + ARGUMENT.scratch];
    const length = end - at + (high === undefined ? 0 : 4);
    // A packet ends at a multiple of four octets (RFC 4303 §2.4), so that a half of a sequence number never lies in two blocks.
    const last = lastBlockAt(length);
    argument.bytes.fill(0, block, block + BLOCK);
    this.#chain.begin(argument.address + block);
    for (let done = 0; done < last; done += ARGUMENT.scratchBytes) {
      this.#chain.update(scratch, address + at + done, Math.min(ARGUMENT.scratchBytes, last - done));
    }
    argument.bytes.set(bytes.subarray(at + last, end), block);
    if (high !== undefined) argument.view.setUint32(block + end - at - last, high);
    finishBlock(argument.bytes, block, length - last, this.#keys);
    this.#chain.update(argument.address + block, argument.address + block, BLOCK);
    return block;
  }
  close(): void {
    for (const key of Object.values(this.#keys)) key.fill(0);
    this.#chain.close();
  }
}
