import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';
import type { Side } from './side.ts';

const ended = (side: Side): string[][] => [
  side.named('phase1.ended').map(({ reason }) => reason),
  side.named('phase2.ended').map(({ reason }) => reason),
];
const isUp = (side: Side): boolean => side.connection().isUp('net');
/** a has short lifetimes, b long ones. */
const short = (phase1: number, phase2: number): PairOfEndpoints => {
  const pair = new PairOfEndpoints(policyOf('a', { lifetimes: [phase1, phase2] }), policyOf('b'));
  pair.initiate();
  return pair;
};

describe('the lifetime of an IPsec SA', () => {
  it('is the shorter of both sides’, and the initiator learns it from RESPONDER-LIFETIME (RFC 2407 §4.5.4, §4.6.3.1)', () => {
    const pair = new PairOfEndpoints(
      policyOf('a', { lifetimes: [28_800, 3600] }),
      policyOf('b', { lifetimes: [600, 100] }),
    );
    pair.initiate();
    expect(
      pair.sides.map((side) => side.named('phase2.established').map(({ lifetimeSeconds }) => lifetimeSeconds)),
    ).toEqual([[100], [100]]);
    expect(
      pair.sides.map((side) => side.named('phase1.established').map(({ lifetimeSeconds }) => lifetimeSeconds)),
    ).toEqual([[28_800], [600]]);
    expect(pair.sides.map(({ installed }) => installed.map(({ lifetime }) => lifetime.duration))).toEqual([
      [100_000, 100_000],
      [100_000, 100_000],
    ]);
  });

  it('ends it on time, not a moment before, and the side that wants to be up makes a new one', () => {
    const pair = short(28_800, 300);
    pair.runUntil(299_999);
    expect(pair.sides.map(ended)).toEqual([
      [[], []],
      [[], []],
    ]);
    pair.runUntil(300_000);
    expect(pair.a.named('phase2.established')).toHaveLength(2);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
    expect(pair.sides.map((side) => side.connection().pairs.size)).toEqual([1, 1]);
    expect(pair.a.named('phase1.established')).toHaveLength(1);
    pair.runUntil(3_000_000);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
    expect(pair.sides.map((side) => side.connection().pairs.size)).toEqual([1, 1]);
  });

  it('that ends on the side that does not want to be up is followed by nothing of that side’s', () => {
    const pair = PairOfEndpoints.up({ lifetimes: [28_800, 300] });
    pair.command({ type: 'terminate', connection: 'link' });
    const before = pair.wire.length;
    pair.runUntil(1_000_000);
    expect(pair.wire).toHaveLength(before);
  });

  it('ends it where the back end counts octets and says so', () => {
    const pair = PairOfEndpoints.up();
    pair.esp({ type: 'expired', pair: 1, hard: false }, pair.a);
    expect(pair.a.connection().pairs.size).toBe(1);
    pair.esp({ type: 'expired', pair: 1, hard: true }, pair.a);
    expect(ended(pair.a)).toEqual([[], ['expired']]);
    expect(ended(pair.b)).toEqual([[], ['deleted-by-peer']]);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
  });

  it('is over at once where the back end fails, and the next attempt waits', () => {
    const pair = PairOfEndpoints.up();
    pair.esp({ type: 'failed', pair: 1, reason: 'device is gone' }, pair.a);
    expect(ended(pair.a)).toEqual([[], ['backend']]);
    expect(pair.sides.map(isUp)).toEqual([false, false]);
    const wait = pair.a.named('attempt.scheduled')[0]?.inMilliseconds ?? 0;
    expect(wait).toBeGreaterThanOrEqual(2000);
    pair.runUntil(wait);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
  });
});

describe('the lifetime of an ISAKMP SA', () => {
  it('ends it and leaves the IPsec SAs; the next one is made when it is needed', () => {
    const pair = short(300, 3600);
    pair.runUntil(300_000);
    // Both run their own clocks: whichever side is first tells the other.
    expect(pair.sides.map(ended)).toEqual([
      [['expired'], []],
      [['expired'], []],
    ]);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
    expect(pair.a.named('phase1.started')).toHaveLength(1);
    pair.runUntil(3_600_000);
    expect(pair.a.named('phase1.established')).toHaveLength(2);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
  });

  it('is not made a second by who changes the answer to our offer: nothing proves that (RFC 2409 §5)', () => {
    const pair = new PairOfEndpoints();
    pair.onWire = (datagram) => {
      const bytes = datagram.bytes.slice();
      const at = toHex(bytes).indexOf('800c7080') / 2; // Life Duration, 28,800 seconds
      if (pair.wire.length === 2) bytes.set([0, 1], at + 2);
      return [{ ...datagram, bytes }];
    };
    pair.initiate();
    expect(pair.sides.map((side) => side.named('phase1.established')[0]?.lifetimeSeconds)).toEqual([300, 28_800]);
  });

  it('that ends while a Quick Mode is under way does not end the wish to be up', () => {
    const pair = new PairOfEndpoints(policyOf('a', { lifetimes: [300, 270] }), policyOf('b'));
    pair.initiate();
    pair.runUntil(269_999);
    // From here on b hears nothing for a while.
    pair.onWire = (datagram) => (pair.fromA(datagram) ? [] : [datagram]);
    pair.runUntil(301_000);
    expect(ended(pair.a)).toEqual([['expired'], ['expired']]);
    pair.onWire = (datagram) => [datagram];
    pair.runUntil(400_000);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
  });
});

describe('a newer pair of a tunnel', () => {
  it('replaces the older one, which still receives for 30 s what is on its way', () => {
    const pair = PairOfEndpoints.up();
    pair.runUntil(100_000);
    pair.esp({ type: 'acquire', connection: 'link', tunnel: 'net' }, pair.a);
    expect(pair.a.named('phase2.started')).toHaveLength(1);
    pair.initiate(pair.b);
    expect(pair.b.named('phase2.started')).toHaveLength(1);
    // b begins anew by itself, as a peer that rekeys does.
    pair.within(pair.b, () => {
      for (const known of pair.b.connection().pairs.values()) known.endReason = 'replaced';
      pair.b.connection().initiate(pair.now);
    });
    expect(pair.a.connection().pairs.size).toBe(2);
    pair.runUntil(129_999);
    expect(pair.a.connection().pairs.size).toBe(2);
    pair.runUntil(130_000);
    expect(ended(pair.a)).toEqual([[], ['replaced']]);
    expect(pair.a.connection().pairs.size).toBe(1);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
  });
});

describe('attempts', () => {
  it('wait twice as long each time', () => {
    const pair = new PairOfEndpoints(policyOf('a'), policyOf('b', { esp: [{ cipher: 'aes256gcm16' }] }));
    pair.initiate();
    pair.runUntil(60_000);
    const waits = pair.a.named('attempt.scheduled').map(({ inMilliseconds }) => inMilliseconds);
    expect(waits.map((wait, i) => wait >= 2000 * 2 ** i && wait <= 2500 * 2 ** i)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
  });

  it('are not held back by failures of long ago: a tunnel that stood for days and is deleted comes back in seconds', () => {
    const pair = PairOfEndpoints.up({ lifetimes: [10_000_000, 10_000_000] });
    for (let day = 1; day <= 12; day++) {
      pair.runUntil(day * 86_400_000);
      pair.within(pair.b, () => {
        for (const known of [...pair.b.connection().pairs.values()])
          pair.b.connection().endPair(known, 'command', true);
      });
      pair.runUntil(day * 86_400_000 + 3000);
      expect([day, isUp(pair.a)]).toEqual([day, true]);
    }
  });
});
