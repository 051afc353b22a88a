import { IkeError } from '../../base/errors.ts';
import { type Duration, milliseconds, seconds } from '../../base/instant.ts';
import { type DataAttribute, basicAttribute, numberAttribute } from '../wire/attributes.ts';
import { LIFE_TYPE, PHASE1_ATTRIBUTE, PHASE2_ATTRIBUTE } from '../wire/numbers.ts';
import { attributeMagnitude } from './attribute-values.ts';
import type { Lifetime } from './policy.ts';

/** The attribute classes of a lifetime have other numbers in each phase (RFC 2409 App. A, RFC 2407 §4.5). */
export interface LifeClasses {
  readonly type: number;
  readonly duration: number;
}
export const PHASE1_LIFE: LifeClasses = {
  type: PHASE1_ATTRIBUTE.LIFE_TYPE,
  duration: PHASE1_ATTRIBUTE.LIFE_DURATION,
};
export const PHASE2_LIFE: LifeClasses = {
  type: PHASE2_ATTRIBUTE.LIFE_TYPE,
  duration: PHASE2_ATTRIBUTE.LIFE_DURATION,
};

/** What an IPsec SA lives where nobody says (RFC 2407 §4.5). */
export const PHASE2_DEFAULT_LIFE: Duration = seconds(28_800);

/** A lifetime as a peer states it; what it does not state is absent. */
export interface StatedLifetime {
  readonly seconds?: number;
  readonly kilobytes?: number;
}

/**
 * Type and duration in pairs, each type once, the type before the duration (RFC 2407 §4.5); else BAD_PROPOSAL_SYNTAX.
 *
 * Unspecified: a pair of an unknown type and a duration of zero are taken as not stated, since no lifetime fails a negotiation.
 */
export function statedLifetime(attributes: readonly DataAttribute[], classes: LifeClasses): StatedLifetime {
  const durations = new Map<number, number | undefined>();
  let unit: number | undefined;
  for (const attribute of attributes) {
    const value = attributeMagnitude(attribute);
    if (attribute.type === classes.type) {
      if (durations.has(value)) throw new IkeError('BAD_PROPOSAL_SYNTAX', { what: 'repeated life type', type: value });
      durations.set(value, undefined);
      unit = value;
    } else if (attribute.type === classes.duration) {
      if (unit === undefined) throw new IkeError('BAD_PROPOSAL_SYNTAX', { what: 'life duration without life type' });
      durations.set(unit, value);
      unit = undefined;
    }
  }
  const inSeconds = durations.get(LIFE_TYPE.SECONDS);
  const inKilobytes = durations.get(LIFE_TYPE.KILOBYTES);
  return { ...(inSeconds ? { seconds: inSeconds } : {}), ...(inKilobytes ? { kilobytes: inKilobytes } : {}) };
}

/** What we stated ourselves, read back; undefined where no time is stated, which no offer of ours leaves out. */
export function ownLifetime(stated: StatedLifetime): Lifetime | undefined {
  if (stated.seconds === undefined) return undefined;
  return {
    duration: seconds(stated.seconds),
    ...(stated.kilobytes === undefined ? {} : { kilobytes: stated.kilobytes }),
  };
}

/**
 * Ours: nothing shorter is taken from a peer, though it has proved itself: what it ends sooner it deletes, and after a Delete we wait.
 * A megabyte is the least that our own configuration may say.
 */
const SHORTEST_TAKEN = { duration: seconds(10), kilobytes: 1024 } as const;

/**
 * The shorter of both sides' lifetimes, each measure by itself: both run their own clocks, and no lifetime is a reason to
 * refuse (RFC 2407 §4.5.4, second choice). `unstated` is what the peer means where it states no time; without it, ours holds.
 */
export function shorterLifetime(ours: Lifetime, theirs: StatedLifetime, unstated?: Duration): Lifetime {
  const { seconds: time = (unstated ?? ours.duration) / 1000, kilobytes: volume = Number.POSITIVE_INFINITY } = theirs;
  const taken = Math.max(SHORTEST_TAKEN.duration, seconds(time));
  const kilobytes = Math.min(ours.kilobytes ?? Infinity, Math.max(SHORTEST_TAKEN.kilobytes, volume));
  return {
    duration: milliseconds(Math.min(ours.duration, taken)),
    ...(Number.isFinite(kilobytes) ? { kilobytes } : {}),
  };
}

/**
 * Ours: no shorter time is taken from an answer of phase 1. No HASH covers it (HASH_I and HASH_R have SAi_b, RFC 2409 §5), so whoever
 * is on the path can write one second there; a Main Mode every five minutes is what that may cost.
 */
const SHORTEST_UNPROVED: Duration = seconds(300);

/** The lifetime of an ISAKMP SA from what we offered and the answer states. A responder that means less ends its SA, and says so with a Delete. */
export function answeredLifetime(ours: Lifetime, { seconds: theirs }: StatedLifetime): Lifetime {
  const time = theirs === undefined ? ours.duration : Math.max(seconds(theirs), SHORTEST_UNPROVED);
  return { ...ours, duration: milliseconds(Math.min(ours.duration, time)) };
}

/** A lifetime as attributes: whole seconds, then kilobytes where volume matters; what passes 32 bits is capped there. */
export function lifetimeAttributes(lifetime: Lifetime, classes: LifeClasses): DataAttribute[] {
  const pair = (unit: number, value: number): DataAttribute[] => [
    basicAttribute(classes.type, unit),
    numberAttribute(classes.duration, Math.min(Math.max(1, Math.floor(value)), 0xffff_ffff)),
  ];
  return [
    ...pair(LIFE_TYPE.SECONDS, lifetime.duration / 1000),
    ...(lifetime.kilobytes === undefined ? [] : pair(LIFE_TYPE.KILOBYTES, lifetime.kilobytes)),
  ];
}
