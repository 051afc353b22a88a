import { type Random, randomU32 } from '../../base/random.ts';
import { ESP_CIPHERS, type EspCipherName } from '../../crypto/esp-transforms.ts';

/** Writes the IV of the next packet. */
export type IvSource = (bytes: Uint8Array, at: number) => void;

/** Octets that are drawn at once: a call to the system's generator costs more than an IV. */
const POOL = 4096;

/**
 * Random IVs where nobody may predict them, a counter where none may come again, because 64 random bits collide. The counter
 * begins anywhere, so that keys which were installed twice, which nobody should do, still do not meet an IV twice.
 */
export function ivSource(cipher: EspCipherName, random: Random): IvSource {
  const { ivBytes, iv } = ESP_CIPHERS[cipher];
  return iv === 'unique' ? countedIvs(random) : randomIvs(random, ivBytes);
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

/** Counts modulo 2^64; the sequence number ends an SA long before it comes round. */
function countedIvs(random: Random): IvSource {
  let [high, low] = [randomU32(random), randomU32(random)];
  return (bytes, at) => {
    low = (low + 1) >>> 0;
    if (low === 0) high = (high + 1) >>> 0;
    for (let i = 0; i < 4; i++) {
      bytes[at + i] = high >>> (24 - 8 * i);
      bytes[at + 4 + i] = low >>> (24 - 8 * i);
    }
  };
}
