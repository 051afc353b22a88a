import { concat, toHex } from '../base/bytes.ts';
import type { Instant } from '../base/instant.ts';
import type { Random } from '../base/random.ts';
import type { Channel } from './channel.ts';
import type { Phase1Outcome } from './exchange/main-mode.ts';
import { type Life, lifeFrom } from './life.ts';

/** An ISAKMP SA that both sides have proved. */
export interface Established extends Phase1Outcome, Life {
  /** What phase 1 ended with: every later exchange derives its first IV from it (RFC 2409 App. B). */
  readonly lastBlock: Uint8Array;
}

export function establishedFrom(
  outcome: Phase1Outcome,
  lastBlock: Uint8Array,
  { role, cookies }: Pick<Channel, 'role' | 'cookies'>,
  random: Random,
  now: Instant,
): Established {
  const { agreement, connection } = outcome;
  const order = toHex(concat(cookies.initiator, cookies.responder));
  const { renewal } = connection;
  const life = lifeFrom(now, { role, duration: agreement.lifetime.duration, renewal, order, random });
  return { ...outcome, lastBlock, ...life };
}
