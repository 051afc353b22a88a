import { createHash } from 'node:crypto';

import type { Random } from '../../src/base/random.ts';

/** Octets that depend on the seed alone, so that two peers of a test differ and every run is the same. */
export function seededRandom(seed: string): Random {
  let count = 0;
  let left = new Uint8Array(0);
  return {
    bytes(length) {
      const out = new Uint8Array(length);
      for (let at = 0; at < length;) {
        if (left.length === 0) left = new Uint8Array(createHash('sha256').update(`${seed} ${count++}`).digest());
        const taken = left.subarray(0, length - at);
        out.set(taken, at);
        left = left.subarray(taken.length);
        at += taken.length;
      }
      return out;
    },
  };
}
