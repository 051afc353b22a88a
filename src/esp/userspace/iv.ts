import type { Random } from '../../base/random.ts';
import { ESP_CIPHERS, type EspCipherName } from '../../crypto/esp-transforms.ts';

/** Writes the IV of the next packet. */
export type IvSource = (bytes: Uint8Array, at: number) => void;

/** Octets that are drawn at once: a call to the system's generator costs more than an IV. */
const POOL = 4096;

/**
 * CBC needs IVs that nobody can predict (RFC 3602 §3), GCM ones that never come again under one key (RFC 4106 §3.1): random
 * ones for the former, a counter for the latter, because 64 random bits collide.
 */
export function ivSource(cipher: EspCipherName, random: Random): IvSource {
  const { ivBytes, icvBytes } = ESP_CIPHERS[cipher];
  return icvBytes === 0 ? randomIvs(random, ivBytes) : countedIvs();
}

function randomIvs(random: Random, ivBytes: number): IvSource {
  let pool = new Uint8Array(0);
  let used = 0;
  return (bytes, at) => {
    if (used + ivBytes > pool.length) {
      pool = Uint8Array.from(random.bytes(POOL));
      used = 0;
    }
    for (let i = 0; i < ivBytes; i++) bytes[at + i] = pool[used++] ?? 0;
  };
}

/** The sequence number ends an SA long before 32 bits are used up; the upper half stays zero. */
function countedIvs(): IvSource {
  let count = 0;
  return (bytes, at) => {
    count++;
    const high = Math.floor(count / 0x1_0000_0000);
    for (let i = 0; i < 4; i++) {
      bytes[at + i] = high >>> (24 - 8 * i);
      bytes[at + 4 + i] = count >>> (24 - 8 * i);
    }
  };
}
