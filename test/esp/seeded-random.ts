import { createHash } from 'node:crypto';

import type { Random } from '../../src/base/random.ts';

/** Octets that depend on the seed alone, so that two peers of a test differ and every run is the same. */
export function seededRandom(seed: string): Random {
  let count = 0;
  let pool = new Uint8Array(0);
  return {
    bytes(length) {
      while (pool.length < length) {
        pool = Uint8Array.from([...pool, ...createHash('sha256').update(`${seed} ${count++}`).digest()]);
      }
      const out = pool.slice(0, length);
      pool = pool.slice(length);
      return out;
    },
  };
}
