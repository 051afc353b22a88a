import { randomFillSync } from 'node:crypto';
import type { Random } from '../base/random.ts';

/** Ours: each call of the generator costs as much as some hundred octets of it. */
const POOL_BYTES = 1024;

const pool = new Uint8Array(POOL_BYTES);
let given = POOL_BYTES;

/** The system's generator. What is given out is nowhere else any more. */
export const systemRandom: Random = {
  bytes(length) {
    if (length > POOL_BYTES / 4) return randomFillSync(new Uint8Array(length));
    if (given + length > POOL_BYTES) {
      randomFillSync(pool);
      given = 0;
    }
    const octets = pool.slice(given, given + length);
    pool.fill(0, given, given + length);
    given += length;
    return octets;
  },
};
