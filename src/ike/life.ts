import { after, type Duration, earlier, type Instant, milliseconds, seconds } from '../base/instant.ts';
import { type Random, randomFraction } from '../base/random.ts';
import type { EndReason, Role } from './events.ts';
import type { RenewalPolicy } from './negotiate/policy.ts';

/** The life of an SA of either phase. */
export interface Life {
  /** Ours in the exchange that made it. */
  readonly role: Role;
  readonly since: Instant;
  expires: Instant;
  /** When its successor is to be negotiated; undefined where that is left to the peer. */
  renewAt: Instant | undefined;
  /** Why it will have ended when it expires: `replaced` once a successor stands. */
  endReason: EndReason;
  /** The same text on both sides and another for every SA: which of two stays where both sides began one at once. */
  readonly order: string;
  /**
   * Since when the peer is known to have it as well; undefined where that is not known. Nothing answers the last message of any exchange
   * (RFC 2409 §5, §5.5): who sent it knows when something arrives under the SA.
   */
  provedAt: Instant | undefined;
}

/**
 * Ours: an exchange that began no longer than this after an SA came up may have been begun by a peer who did not know of that SA (its
 * retransmissions take 63 s): a collision, and not a successor.
 */
const COLLISION = seconds(64);
/** Ours: how long an SA that a newer one replaced still receives what is on its way. */
export const REPLACED_GRACE = seconds(30);
/** Ours: a peer that took one of several for replaced has let go of it by then, though it may have seen them come up in another order. */
export const DECIDED = milliseconds(COLLISION + REPLACED_GRACE);
/** Ours: how long after an attempt at a renewal the next one is made, while the SA stands. */
export const RENEWAL_RETRY = seconds(10);
/** Ours: more than collisions and grace ever leave of one tunnel, and an end to what a peer that is in a hurry can make us hold. */
const MAX_STANDING = 8;

/** A life that begins now. */
export function lifeFrom(
  now: Instant,
  given: { role: Role; duration: Duration; renewal: RenewalPolicy | undefined; order: string; random: Random },
): Life {
  const { role, duration, renewal, order, random } = given;
  const renewAt = renewal === undefined ? undefined : after(now, milliseconds(duration - lead(given, renewal, random)));
  return { role, since: now, expires: after(now, duration), renewAt, endReason: 'expired', order, provedAt: now };
}

/**
 * The peer ends an SA sooner than was agreed: `duration` counts from when it came up. Nothing ever makes a life longer, and nothing
 * ends it at once: a peer that could do that would have us negotiate without end.
 */
export function shorten(
  life: Life,
  now: Instant,
  given: { duration: Duration; renewal: RenewalPolicy | undefined; random: Random },
): void {
  const { expires, renewAt } = lifeFrom(life.since, { ...given, role: life.role, order: life.order });
  const end = Math.max(expires, after(now, RENEWAL_RETRY)) as Instant;
  if (end >= life.expires) return;
  life.expires = end;
  if (life.renewAt !== undefined) life.renewAt = earlier(life.renewAt, renewAt);
}

/**
 * How long before its end an SA is renewed: the margin, longer by chance so that many SAs of one age do not march in step. Ours: who
 * answered the first time waits for half of it, because two who begin at once make two of everything.
 */
function lead(
  { role, duration }: { role: Role; duration: Duration },
  { margin, fuzz }: RenewalPolicy,
  random: Random,
): number {
  const early = margin * (1 + fuzz * randomFraction(random));
  return Math.min(role === 'initiator' ? early : margin / 2, duration / 2);
}

/**
 * Another SA for the same, whose exchange `role` began at `began`, comes to stand beside these, the oldest first. Who began both knew
 * of the first; only what the two sides began can have collided. Returns those that have to make room at once.
 */
export function supersede<L extends Life>(
  older: readonly L[],
  { role, began }: { readonly role: Role; readonly began: Instant },
  now: Instant,
): readonly L[] {
  for (const life of older) {
    const margin = life.role === role ? 0 : COLLISION;
    if (life.since + margin > began) continue;
    setAside(life);
    life.expires = Math.min(life.expires, after(now, REPLACED_GRACE)) as Instant;
  }
  return crowdedOut(older);
}

/** Which of these, the oldest first, have to make room for one more. */
export const crowdedOut = <L extends Life>(older: readonly L[]): readonly L[] =>
  older.slice(0, Math.max(0, older.length - MAX_STANDING + 1));

/**
 * Of SAs that a collision left, the one that is first in their order stays in use, of those that the peer is known to have: the same at both
 * ends, and nobody is told. Returns those that are set aside now. They still receive until they expire: a peer with another rule, or with
 * none, may go on with any of them, and a Delete of the one that it goes on with would leave it with nothing to send on.
 */
export function settle<L extends Life>(lives: readonly L[], now: Instant): readonly L[] {
  return (settlesAt(lives) ?? Infinity) > now ? [] : settleNow(lives);
}

/** The same where the moment has come. */
export function settleNow<L extends Life>(lives: readonly L[]): readonly L[] {
  const others = surplus(lives);
  for (const life of others) setAside(life);
  return others;
}

/** When the peer knows of all of these as well, and has let go of what it took for replaced; undefined where there is nothing to settle. */
export function settlesAt(lives: readonly Life[]): Instant | undefined {
  if (surplus(lives).length === 0) return undefined;
  const standing = lives.filter((life) => !isReplaced(life));
  return after(Math.max(...standing.map(({ since }) => since)) as Instant, DECIDED);
}

function surplus<L extends Life>(lives: readonly L[]): readonly L[] {
  const standing = lives.filter((life) => !isReplaced(life)).toSorted((a, b) => (a.order < b.order ? -1 : 1));
  // The first of those that both have is never set aside, because nothing is but for an earlier one that both have.
  const kept = standing.findIndex(({ provedAt }) => provedAt !== undefined);
  return kept < 0 ? [] : standing.slice(kept + 1);
}

export const isReplaced = ({ endReason }: Pick<Life, 'endReason'>): boolean => endReason === 'replaced';

/** Why an SA ends that the peer deletes: one that has a successor was to go, whoever is first. */
export const endByPeer = (life: Pick<Life, 'endReason'> | undefined): EndReason =>
  life !== undefined && isReplaced(life) ? 'replaced' : 'deleted-by-peer';

function setAside(life: Life): void {
  life.endReason = 'replaced';
  life.renewAt = undefined;
}
