import { after, type Instant, seconds } from '../base/instant.ts';
import type { IpsecPair } from './ipsec-pair.ts';

/**
 * Ours: a Quick Mode that began no longer than this after a pair came up may be the peer's, who waits for the third message of ours (its
 * retransmissions take 63 s): a collision, of which both pairs stay, because each side may see the other one as the newer.
 */
const COLLISION = seconds(64);
/** Ours: how long a pair that a newer one replaced still receives what is on its way. */
const REPLACED_GRACE = seconds(30);
/** Ours: more than collisions and grace ever leave of one tunnel, and an end to what a peer that is in a hurry can make us hold. */
const MAX_PAIRS = 8;

/**
 * Another pair of the same tunnel and peer, whose Quick Mode began at `began`, comes to stand beside these, the oldest first. Returns
 * those that have to make room at once.
 */
export function supersede(older: readonly IpsecPair[], began: Instant, now: Instant): readonly IpsecPair[] {
  for (const pair of older) {
    if (pair.endReason === 'replaced' || pair.since + COLLISION > began) continue;
    pair.expires = Math.min(pair.expires, after(now, REPLACED_GRACE)) as Instant;
    pair.endReason = 'replaced';
  }
  return older.slice(0, Math.max(0, older.length - MAX_PAIRS + 1));
}
