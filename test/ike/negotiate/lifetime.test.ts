import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../../src/base/instant.ts';
import {
  PHASE1_LIFE,
  PHASE2_DEFAULT_LIFE,
  PHASE2_LIFE,
  lifetimeAttributes,
  ownLifetime,
  shorterLifetime,
  answeredLifetime,
  statedLifetime,
} from '../../../src/ike/negotiate/lifetime.ts';
import { DAY, HOUR, thrown, tlv, tv } from './samples.ts';

describe('statedLifetime', () => {
  it('reads the example of RFC 2407 §4.5.2: 24 hours or 100 megabytes', () => {
    const attributes = [tv(1, 1), tlv(2, 0, 1, 0x51, 0x80), tv(1, 2), tlv(2, 0, 1, 0x86, 0xa0)];
    expect(statedLifetime(attributes, PHASE2_LIFE)).toEqual({ seconds: 86_400, kilobytes: 100_000 });
  });

  it('keeps the numbers of the two phases apart (RFC 2409 App. A, RFC 2407 §4.5)', () => {
    const attributes = [tv(11, 1), tv(12, 3600), tv(1, 7), tv(2, 4)];
    expect(statedLifetime(attributes, PHASE1_LIFE)).toEqual({ seconds: 3600 });
  });

  it('reads a duration of any length, beyond 32 bits too', () => {
    expect(statedLifetime([tv(1, 1), tlv(2, 1, 0, 0, 0, 0)], PHASE2_LIFE)).toEqual({ seconds: 2 ** 32 });
    const endless = tlv(2, ...Array.from({ length: 20 }, () => 0xff));
    expect(statedLifetime([tv(1, 1), endless], PHASE2_LIFE)).toEqual({ seconds: Number.MAX_SAFE_INTEGER });
  });

  it.each([
    ['nothing', []],
    ['a type without a duration', [tv(1, 1)]],
    ['a type that nobody knows', [tv(1, 61_440), tv(2, 77)]],
    ['a duration of zero', [tv(1, 1), tv(2, 0)]],
    ['an empty duration', [tv(1, 1), tlv(2)]],
  ])('takes %s as not stated, since no lifetime fails a negotiation', (_, attributes) => {
    expect(statedLifetime(attributes, PHASE2_LIFE)).toEqual({});
  });

  it.each([
    ['a duration before its type (RFC 2407 §4.5)', [tv(2, 60), tv(1, 1)], { what: 'life duration without life type' }],
    ['a second duration for one type', [tv(1, 1), tv(2, 60), tv(2, 70)], { what: 'life duration without life type' }],
    ['a type that comes twice', [tv(1, 1), tv(2, 60), tv(1, 1), tv(2, 60)], { what: 'repeated life type', type: 1 }],
    ['a type that comes twice in a row', [tv(1, 2), tv(1, 2), tv(2, 60)], { what: 'repeated life type', type: 2 }],
  ])('refuses %s', (_, attributes, details) => {
    expect(thrown(() => statedLifetime(attributes, PHASE2_LIFE))).toEqual({ code: 'BAD_PROPOSAL_SYNTAX', details });
  });
});

describe('answeredLifetime', () => {
  it.each([
    ['is shorter', HOUR, { seconds: 301 }, { duration: 301_000 }],
    ['is longer', HOUR, { seconds: 86_400 }, HOUR],
    ['is there not at all', HOUR, {}, HOUR],
    ['is a second', HOUR, { seconds: 1 }, { duration: 300_000 }],
    ['is a second, and ours a minute', { duration: seconds(60) }, { seconds: 1 }, { duration: seconds(60) }],
    ['has a volume too', DAY, { seconds: 600, kilobytes: 1 }, { duration: 600_000, kilobytes: 1_000_000 }],
  ])('takes the time of an answer that nothing proves, where it %s', (_, ours, theirs, lifetime) => {
    expect(answeredLifetime(ours, theirs)).toEqual(lifetime);
  });
});

describe('shorterLifetime', () => {
  it.each([
    ['theirs is shorter', HOUR, { seconds: 60 }, { duration: 60_000 }],
    ['ours is shorter', HOUR, { seconds: 86_400 }, { duration: 3_600_000 }],
    ['only we count kilobytes', DAY, { seconds: 60 }, { duration: 60_000, kilobytes: 1_000_000 }],
    ['only they count kilobytes', HOUR, { seconds: 60, kilobytes: 5000 }, { duration: 60_000, kilobytes: 5000 }],
    ['both count kilobytes', DAY, { kilobytes: 5000 }, { duration: 86_400_000, kilobytes: 5000 }],
    ['theirs is next to nothing', HOUR, { seconds: 1, kilobytes: 1 }, { duration: 10_000, kilobytes: 1024 }],
    ['they state nothing', HOUR, {}, { duration: 3_600_000 }],
    ['theirs is absurdly long', HOUR, { seconds: Number.MAX_SAFE_INTEGER }, { duration: 3_600_000 }],
  ])('takes the shorter of each measure where %s (RFC 2407 §4.5.4)', (_, ours, theirs, lifetime) => {
    expect(shorterLifetime(ours, theirs)).toEqual(lifetime);
  });

  it('takes an IPsec SA without stated time as one of 28800 seconds (RFC 2407 §4.5)', () => {
    expect(shorterLifetime(DAY, { kilobytes: 7000 }, PHASE2_DEFAULT_LIFE)).toEqual({
      duration: 28_800_000,
      kilobytes: 7000,
    });
    expect(shorterLifetime(HOUR, {}, PHASE2_DEFAULT_LIFE)).toEqual({ duration: 3_600_000 });
  });
});

describe('lifetimeAttributes', () => {
  it('states seconds, then kilobytes, the type before the duration; short ones as TV, long ones as TLV', () => {
    expect(lifetimeAttributes({ duration: seconds(3600), kilobytes: 65_536 }, PHASE2_LIFE)).toEqual([
      tv(1, 1),
      tv(2, 3600),
      tv(1, 2),
      tlv(2, 0, 1, 0, 0),
    ]);
    expect(lifetimeAttributes({ duration: seconds(65_535) }, PHASE1_LIFE)).toEqual([tv(11, 1), tv(12, 65_535)]);
    expect(lifetimeAttributes({ duration: seconds(65_536) }, PHASE1_LIFE)).toEqual([tv(11, 1), tlv(12, 0, 1, 0, 0)]);
  });

  it('states whole seconds, at least one and at most what 32 bits hold', () => {
    expect(lifetimeAttributes({ duration: milliseconds(1) }, PHASE2_LIFE)).toEqual([tv(1, 1), tv(2, 1)]);
    expect(lifetimeAttributes({ duration: milliseconds(2999) }, PHASE2_LIFE)).toEqual([tv(1, 1), tv(2, 2)]);
    const forever = [tv(1, 1), tlv(2, 0xff, 0xff, 0xff, 0xff)];
    expect(lifetimeAttributes({ duration: seconds(2 ** 33) }, PHASE2_LIFE)).toEqual(forever);
  });

  it('is read back by statedLifetime', () => {
    const lifetimes = fc.record(
      {
        duration: fc.integer({ min: 1, max: 2 ** 32 - 1 }).map(seconds),
        kilobytes: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      },
      { requiredKeys: ['duration'] },
    );
    fc.assert(
      fc.property(lifetimes, fc.constantFrom(PHASE1_LIFE, PHASE2_LIFE), (lifetime, classes) => {
        expect(ownLifetime(statedLifetime(lifetimeAttributes(lifetime, classes), classes))).toEqual(lifetime);
      }),
    );
  });
});

describe('ownLifetime', () => {
  it('is undefined where no time is stated', () => {
    expect(ownLifetime({ kilobytes: 7 })).toBe(undefined);
  });
});
