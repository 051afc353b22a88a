import { randomFillSync } from 'node:crypto';
import type { Random } from '../base/random.ts';

/** The system's generator. */
export const systemRandom: Random = {
  bytes: (length) => randomFillSync(new Uint8Array(length)),
};
