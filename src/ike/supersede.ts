import { after, type Instant, seconds } from '../base/instant.ts';
import type { IpsecPair } from './ipsec-pair.ts';

/** Ours: two pairs of a tunnel that come within this are a collision of both sides' Quick Modes; both stay, whichever side sees which first. */
const COLLISION = seconds(30);
/** Ours: how long a pair that a newer one replaced still receives what is on its way. */
const REPLACED_GRACE = seconds(30);
/** Ours: more than collisions and grace ever leave of one tunnel, and an end to what a peer that is in a hurry can make us hold. */
const MAX_PAIRS = 8;

/** Another pair of the same tunnel and peer comes to stand beside these, the oldest first. Returns those that have to make room at once. */
export function supersede(older: readonly IpsecPair[], now: Instant): readonly IpsecPair[] {
  for (const pair of older) {
    if (pair.endReason === 'replaced' || pair.since + COLLISION > now) continue;
    pair.expires = Math.min(pair.expires, after(now, REPLACED_GRACE)) as Instant;
    pair.endReason = 'replaced';
  }
  return older.slice(0, Math.max(0, older.length - MAX_PAIRS + 1));
}
