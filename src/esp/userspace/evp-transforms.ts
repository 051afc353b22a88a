import { ESP_CIPHERS, type EspSuite } from '../../crypto/esp-transforms.ts';
import { opensslKey } from '../../crypto/openssl-names.ts';
import { nativeMemory } from '../../linux/native.ts';
import { openSsl } from '../../linux/openssl.ts';
import type { EspKeys } from '../sa.ts';
import { ARGUMENT, type Evp, EvpCipher } from './evp-cipher.ts';
import { EvpCcm, EvpGcm, EvpGmac } from './evp-combined.ts';
import { EvpIntegrity } from './evp-integrity.ts';
import { nodeTransforms } from './node-transforms.ts';
import { ALGORITHMS, type CombinedAlgorithm } from './openssl-algorithms.ts';
import { ESP_HEADER_BYTES, type PacketMemory } from './packet.ts';
import { type EspTransforms, requireKeys, type Transform } from './transform.ts';

/**
 * ESP by OpenSSL's own functions, in place and with contexts that live as long as the SA: a tenth of the time that node:crypto takes,
 * which makes a context for each packet.
 *
 * @throws where koffi or the functions are not to be had.
 */
export function evpTransforms(): EspTransforms {
  const evp: Evp = { lib: openSsl(), argument: nativeMemory(ARGUMENT.size) };
  return {
    name: 'evp',
    memory: nativeMemory,
    create(suite: EspSuite, keys: EspKeys, direction): Transform {
      const integrity = requireKeys(suite, keys);
      const authenticated = (): EvpIntegrity => new EvpIntegrity(evp, integrity, keys.integrity, suite.esn === true);
      const { keyBytes, ivBytes } = ESP_CIPHERS[suite.cipher];
      const key = keys.encryption.subarray(0, keyBytes);
      const algorithm = ALGORITHMS[suite.cipher];
      switch (algorithm.mode) {
        case 'gcm':
        case 'ccm':
        case 'gmac':
          return combined(evp, algorithm, suite, keys, direction);
        case 'cbc': {
          const cipher = new EvpCipher(evp, algorithm.name, opensslKey(algorithm.cipher, key), direction);
          return new EvpEncrypted(cipher, ivBytes, (iv, { address }) => address + iv, authenticated());
        }
        case 'ctr': {
          const cipher = new EvpCipher(evp, algorithm.name, key, direction);
          const salt = keys.encryption.slice(keyBytes);
          return new EvpEncrypted(
            cipher,
            ivBytes,
            (iv, memory) => counterBlock(evp, salt, memory, iv),
            authenticated(),
          );
        }
        case 'null':
          return new EvpNull(authenticated());
      }
    },
  };
}

/** The fastest transforms that this process has. */
export function bestTransforms(): EspTransforms {
  try {
    return evpTransforms();
  } catch {
    return nodeTransforms;
  }
}

function combined(
  evp: Evp,
  { mode, name }: CombinedAlgorithm,
  suite: EspSuite,
  keys: EspKeys,
  direction: 'inbound' | 'outbound',
): Transform {
  const { keyBytes, saltBytes, ivBytes, icvBytes } = ESP_CIPHERS[suite.cipher];
  const lengths = mode === 'ccm' ? { nonce: saltBytes + ivBytes, tag: icvBytes } : undefined;
  const cipher = new EvpCipher(evp, name, keys.encryption.subarray(0, keyBytes), direction, lengths);
  const kind = { gcm: EvpGcm, ccm: EvpCcm, gmac: EvpGmac }[mode];
  return new kind(evp, cipher, keys.encryption.slice(keyBytes), icvBytes, suite.esn === true);
}

/** The first counter block of RFC 3686 §4 for the IV at `iv`: its nonce, the IV, and a one. Returns its address. */
function counterBlock({ argument }: Evp, nonce: Uint8Array, { bytes }: PacketMemory, iv: number): number {
  const at = ARGUMENT.nonce;
  for (let i = 0; i < 4; i++) argument.bytes[at + i] = nonce[i] ?? 0;
  for (let i = 0; i < 8; i++) argument.bytes[at + 4 + i] = bytes[iv + i] ?? 0;
  argument.view.setUint32(at + 12, 1);
  return argument.address + at;
}

/** The address of what the cipher begins with, for the IV that lies at `iv` of the memory. */
type BeginsWith = (iv: number, memory: PacketMemory) => number;

/** A cipher without an ICV, in CBC (RFC 3602, RFC 2451, RFC 4312) or counter mode (RFC 3686), and integrity beside it. */
class EvpEncrypted implements Transform {
  readonly #cipher: EvpCipher;
  readonly #ivBytes: number;
  readonly #beginsWith: BeginsWith;
  readonly #integrity: EvpIntegrity;

  constructor(cipher: EvpCipher, ivBytes: number, beginsWith: BeginsWith, integrity: EvpIntegrity) {
    this.#cipher = cipher;
    this.#ivBytes = ivBytes;
    this.#beginsWith = beginsWith;
    this.#integrity = integrity;
  }

  seal(memory: PacketMemory, at: number, end: number, high: number): void {
    this.#crypt(memory, at, end);
    this.#integrity.write(memory, at, end, high);
  }
  open(memory: PacketMemory, at: number, end: number, high: number): boolean {
    if (!this.#integrity.fits(memory, at, end, high)) return false;
    this.#crypt(memory, at, end);
    return true;
  }
  close(): void {
    this.#cipher.close();
    this.#integrity.close();
  }

  #crypt(memory: PacketMemory, at: number, end: number): void {
    const iv = at + ESP_HEADER_BYTES;
    const from = memory.address + iv + this.#ivBytes;
    this.#cipher.begin(this.#beginsWith(iv, memory));
    this.#cipher.update(from, from, memory.address + end - from);
  }
}

/** Nothing encrypted (RFC 2410), and integrity over all before the ICV. */
class EvpNull implements Transform {
  readonly #integrity: EvpIntegrity;

  constructor(integrity: EvpIntegrity) {
    this.#integrity = integrity;
  }

  seal(memory: PacketMemory, at: number, end: number, high: number): void {
    this.#integrity.write(memory, at, end, high);
  }
  open(memory: PacketMemory, at: number, end: number, high: number): boolean {
    return this.#integrity.fits(memory, at, end, high);
  }
  close(): void {
    this.#integrity.close();
  }
}
