import { createCipheriv, createDecipheriv } from 'node:crypto';

import { concat } from '../../base/bytes.ts';
import { ESP_CIPHERS, type EspSuite } from '../../crypto/esp-transforms.ts';
import { opensslKey } from '../../crypto/openssl-names.ts';
import type { EspKeys } from '../sa.ts';
import { NodeCombined } from './node-combined.ts';
import { NodeIntegrity } from './node-integrity.ts';
import { ALGORITHMS, type CbcName, type CtrName } from './openssl-algorithms.ts';
import { ESP_HEADER_BYTES, plainMemory, type PacketMemory } from './packet.ts';
import { type EspTransforms, requireKeys, type Transform } from './transform.ts';

/** ESP by node:crypto alone: works in every Node without native code, at about 11 µs a packet where EVP takes 1. */
export const nodeTransforms: EspTransforms = {
  name: 'node',
  memory: plainMemory,
  create(suite: EspSuite, keys: EspKeys): Transform {
    const esn = suite.esn === true;
    const integrity = requireKeys(suite, keys);
    const authenticated = (): NodeIntegrity => new NodeIntegrity(integrity, keys.integrity, esn);
    const { keyBytes, ivBytes, icvBytes } = ESP_CIPHERS[suite.cipher];
    const key = keys.encryption.slice(0, keyBytes);
    const salt = keys.encryption.slice(keyBytes);
    const algorithm = ALGORITHMS[suite.cipher];
    switch (algorithm.mode) {
      case 'gcm':
      case 'ccm':
      case 'gmac':
        return new NodeCombined(algorithm, key, salt, icvBytes, esn);
      case 'cbc':
        return new NodeEncrypted(
          algorithm.name,
          opensslKey(algorithm.cipher, key),
          ivBytes,
          (iv) => iv,
          authenticated(),
        );
      case 'ctr':
        return new NodeEncrypted(algorithm.name, key, ivBytes, (iv) => concat(salt, iv, FIRST_BLOCK), authenticated());
      case 'null':
        return new NodeNull(authenticated());
    }
  },
};

/** RFC 3686 §4: the counter of blocks begins with one in each packet. */
const FIRST_BLOCK = Uint8Array.of(0, 0, 0, 1);

/** A cipher without an ICV, in CBC (RFC 3602, RFC 2451, RFC 4312) or counter mode (RFC 3686), and integrity beside it. */
class NodeEncrypted implements Transform {
  readonly #cipher: CbcName | CtrName;
  readonly #key: Uint8Array;
  readonly #ivBytes: number;
  readonly #ivOf: (sent: Uint8Array) => Uint8Array;
  readonly #integrity: NodeIntegrity;

  constructor(
    cipher: CbcName | CtrName,
    key: Uint8Array,
    ivBytes: number,
    ivOf: (sent: Uint8Array) => Uint8Array,
    integrity: NodeIntegrity,
  ) {
    this.#cipher = cipher;
    this.#key = key;
    this.#ivBytes = ivBytes;
    this.#ivOf = ivOf;
    this.#integrity = integrity;
  }

  seal({ bytes }: PacketMemory, at: number, end: number, high: number): void {
    const from = at + ESP_HEADER_BYTES + this.#ivBytes;
    const cipher = createCipheriv(this.#cipher, this.#key, this.#iv(bytes, at)).setAutoPadding(false);
    bytes.set(cipher.update(bytes.subarray(from, end)), from);
    cipher.final();
    bytes.set(this.#integrity.icv(bytes.subarray(at, end), high), end);
  }

  open({ bytes }: PacketMemory, at: number, end: number, high: number): boolean {
    if (!this.#integrity.fits(bytes, at, end, high)) return false;
    const from = at + ESP_HEADER_BYTES + this.#ivBytes;
    const decipher = createDecipheriv(this.#cipher, this.#key, this.#iv(bytes, at)).setAutoPadding(false);
    bytes.set(decipher.update(bytes.subarray(from, end)), from);
    decipher.final();
    return true;
  }

  close(): void {
    this.#key.fill(0);
    this.#integrity.close();
  }

  #iv(bytes: Uint8Array, at: number): Uint8Array {
    const iv = at + ESP_HEADER_BYTES;
    return this.#ivOf(bytes.subarray(iv, iv + this.#ivBytes));
  }
}

/** Nothing encrypted (RFC 2410), and integrity over all before the ICV. */
class NodeNull implements Transform {
  readonly #integrity: NodeIntegrity;

  constructor(integrity: NodeIntegrity) {
    this.#integrity = integrity;
  }

  seal({ bytes }: PacketMemory, at: number, end: number, high: number): void {
    bytes.set(this.#integrity.icv(bytes.subarray(at, end), high), end);
  }
  open({ bytes }: PacketMemory, at: number, end: number, high: number): boolean {
    return this.#integrity.fits(bytes, at, end, high);
  }
  close(): void {
    this.#integrity.close();
  }
}
