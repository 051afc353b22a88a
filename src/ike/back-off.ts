import { type Duration, milliseconds, seconds } from '../base/instant.ts';
import { type Random, randomU32 } from '../base/random.ts';

/** Ours: an attempt that failed is followed by another after 2, 4, 8 … 300 s. */
const FIRST = seconds(2);
const CAP = seconds(300);
/** Ours: up to a quarter longer, so that many peers of one gateway that was away do not march in step. */
const JITTER = 0.25;

/** How long to wait before the next attempt, after `failures` in a row (1 and more). */
export function backOff(failures: number, random: Random): Duration {
  const wait = Math.min(FIRST * 2 ** (failures - 1), CAP);
  return milliseconds(Math.round(wait * (1 + (randomU32(random) / 2 ** 32) * JITTER)));
}
