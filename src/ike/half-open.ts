import { type IpAddress, ipBytes, isIpv6 } from '../base/address.ts';
import { toHex } from '../base/bytes.ts';
import { after, type Duration, type Instant, seconds } from '../base/instant.ts';
import type { Random } from '../base/random.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { Limits } from './limits.ts';
import { Places } from './places.ts';

/**
 * What is known of a peer that has not proved itself: whether the address that it comes from is known, because a connection names it or a
 * peer proved itself from there, and whether that address is only claimed or was shown to be its own. Who returns our cookie receives what we send there (RFC 2408 §2.5.3).
 */
export const STANDINGS = ['known-claimed', 'known-shown', 'stranger-claimed', 'stranger-shown'] as const;
export type Standing = (typeof STANDINGS)[number];

/** Whose addresses the two kinds are. */
export type Origin = 'known' | 'stranger';

/**
 * Ours: how long a place is kept, on average, from being given to somebody else. For a claimed address, as long as a slow peer
 * needs to compute its public value and to answer; for a shown one, the rest of Main Mode with one retransmission.
 */
const GRACE: Readonly<Record<Standing, Duration>> = {
  'known-claimed': seconds(1),
  'stranger-claimed': seconds(1),
  'known-shown': seconds(5),
  'stranger-shown': seconds(5),
};

interface Entry {
  readonly origin: Origin;
  readonly source: string;
  readonly created: Instant;
  standing: Standing;
}

/** What a newcomer comes from. */
export interface Newcomer {
  readonly origin: Origin;
  readonly source: string;
}

export type Room = ReturnType<Places<IsakmpSa>['roomFor']>;

/**
 * The ISAKMP SAs in which we are the responder and whose peer has proved nothing yet. They have places by their standing, a quarter
 * of the whole each, so that those of one standing never stand in the way of another's: spoofed messages of strangers take none
 * from peers whose address is known, and none from anybody who has returned a cookie.
 */
export class HalfOpen {
  readonly #time: Duration;
  readonly #places: Readonly<Record<Standing, Places<IsakmpSa>>>;
  /** In the order of their making, which is that of their ends. */
  readonly #entries = new Map<IsakmpSa, Entry>();
  /** Whose first message came to nothing, and until when they keep the place that it was worked on for. */
  readonly #spent = new Map<IsakmpSa, { readonly standing: Standing; readonly until: Instant }>();

  constructor(limits: Pick<Limits, 'halfOpen' | 'halfOpenPerSource' | 'halfOpenTime'>, random: Random) {
    this.#time = limits.halfOpenTime;
    const capacity = Math.max(1, Math.floor(limits.halfOpen / STANDINGS.length));
    const places = (standing: Standing): Places<IsakmpSa> =>
      new Places({ capacity, fairShare: limits.halfOpenPerSource, grace: GRACE[standing], random });
    this.#places = {
      'known-claimed': places('known-claimed'),
      'known-shown': places('known-shown'),
      'stranger-claimed': places('stranger-claimed'),
      'stranger-shown': places('stranger-shown'),
    };
  }

  get size(): number {
    return this.#entries.size;
  }
  get counts(): Readonly<Record<Standing, number>> {
    const counts = { 'known-claimed': 0, 'known-shown': 0, 'stranger-claimed': 0, 'stranger-shown': 0 };
    for (const { standing } of this.#entries.values()) counts[standing]++;
    return counts;
  }
  all(): Iterable<IsakmpSa> {
    return this.#entries.keys();
  }
  entryOf(sa: IsakmpSa): Readonly<Entry> | undefined {
    return this.#entries.get(sa);
  }

  /** Whether a first message may be worked on, and which has to go for it. */
  roomFor({ origin, source }: Newcomer, now: Instant): Room {
    for (const [sa, { standing, until }] of this.#spent) {
      if (until > now) break;
      this.#spent.delete(sa);
      this.#places[standing].delete(sa);
    }
    return this.#places[`${origin}-claimed`].roomFor(source, now);
  }
  add(sa: IsakmpSa, { origin, source }: Newcomer, now: Instant): void {
    const standing = `${origin}-claimed` as const;
    this.#entries.set(sa, { origin, source, created: now, standing });
    this.#places[standing].add(sa, source, now);
  }

  /**
   * Nothing comes of a first message that was worked on: there is no half-open exchange, but its place stays taken for its time, so that
   * places bound also how many first messages a second cost us more than a look.
   */
  spend(sa: IsakmpSa, now: Instant): void {
    const entry = this.#entries.get(sa);
    if (entry === undefined) return;
    this.#entries.delete(sa);
    this.#spent.set(sa, { standing: entry.standing, until: after(now, GRACE[entry.standing]) });
  }

  /** Whether one whose cookie came back may have a place among those, and which has to go for it. */
  roomAmongShown({ origin, source }: Newcomer, now: Instant): Room {
    return this.#places[`${origin}-shown`].roomFor(source, now);
  }
  show(sa: IsakmpSa, now: Instant): void {
    const entry = this.#entries.get(sa);
    if (entry === undefined) return;
    this.#places[entry.standing].delete(sa);
    entry.standing = `${entry.origin}-shown`;
    this.#places[entry.standing].add(sa, entry.source, now);
  }

  delete(sa: IsakmpSa): void {
    const standing = this.#entries.get(sa)?.standing ?? this.#spent.get(sa)?.standing;
    if (standing === undefined) return;
    this.#entries.delete(sa);
    this.#spent.delete(sa);
    this.#places[standing].delete(sa);
  }

  /** When the next one ends whose peer says no more. */
  deadline(): Instant | undefined {
    const [oldest] = this.#entries.values();
    return oldest === undefined ? undefined : after(oldest.created, this.#time);
  }
  expired(now: Instant): IsakmpSa[] {
    const expired: IsakmpSa[] = [];
    for (const [sa, { created }] of this.#entries) {
      if (after(created, this.#time) > now) break;
      expired.push(sa);
    }
    return expired;
  }
}

/** Octets of an IPv6 address that whoever has one can vary: it is given a prefix of 64 bits (RFC 6177 §2). */
const PREFIX_BYTES = 8;

/** Whom a message counts for: its address, or its network where one sender has a whole network of addresses. */
export function sourceOf(address: IpAddress, origin: Origin): string {
  if (origin === 'known' || !isIpv6(address)) return address;
  return toHex(ipBytes(address).subarray(0, PREFIX_BYTES));
}
