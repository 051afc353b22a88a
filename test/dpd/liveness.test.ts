import { describe, expect, it } from 'vitest';
import { instant, type Instant, seconds } from '../../src/base/instant.ts';
import { Liveness } from '../../src/dpd/liveness.ts';
import type { LivenessPolicy } from '../../src/dpd/policy.ts';
import { policyBy, type ProfileName } from '../../src/dpd/profiles.ts';
import type { PairTraffic } from '../../src/dpd/traffic.ts';

const at = (second: number): Instant => instant(second * 1000);

/** A peer that is watched from second 0 on, where phase 1 came up, and what becomes of it. */
class Watched {
  readonly liveness: Liveness;
  /** What went out, and when in seconds. */
  readonly asked: { readonly at: number; readonly sequence: number }[] = [];
  dead: number | undefined;
  /** What the back end says at each look. */
  traffic: (second: number) => readonly PairTraffic[] = () => [];
  /** Called right after each question. */
  onAsk: (sequence: number, second: number) => void = () => undefined;

  constructor(policy: LivenessPolicy, { nat = false, first = 100 } = {}) {
    this.liveness = new Liveness(policy, first, at(0));
    this.liveness.speaks = true;
    this.liveness.nat = nat;
  }

  /** Awake at each deadline until then. */
  until(end: number): this {
    for (let due = this.liveness.deadline(); due !== undefined && due <= end * 1000; due = this.liveness.deadline()) {
      if (this.dead !== undefined) return this;
      this.lookAt(due / 1000);
    }
    return this;
  }

  lookAt(second: number): void {
    const { liveness } = this;
    if (!liveness.due(at(second))) return;
    const decision = liveness.looked(this.traffic(second), at(second));
    if (decision === 'dead') this.dead = second;
    if (decision !== 'ask') return;
    const sequence = liveness.ask(at(second));
    this.asked.push({ at: second, sequence });
    this.onAsk(sequence, second);
  }
  get times(): number[] {
    return this.asked.map(({ at: second }) => second);
  }
}

const watched = (name: ProfileName = 'default', given: Parameters<typeof policyBy>[1] = {}, nat = false): Watched =>
  new Watched(policyBy(name, given), { nat });

/** One packet of ESP came at this second, as a back end says that knows when. */
const espAt =
  (last: number) =>
  (now: number): PairTraffic[] =>
    now < last ? [] : [{ pair: 1, inbound: 1, outbound: 0, inboundIdle: seconds(now - last) }];

describe('a peer that says nothing', () => {
  it('is asked after the delay and every delay from then on, and is dead at delay and timeout', () => {
    const peer = watched().until(1000);
    expect(peer.times).toEqual([30, 60, 90, 120]);
    expect(peer.dead).toBe(150);
  });

  it('is asked every retry once it is suspected', () => {
    const peer = watched('default', { delay: seconds(20), retry: seconds(5), timeout: seconds(17) }).until(1000);
    expect(peer.times).toEqual([20, 25, 30, 35]);
    expect(peer.dead).toBe(37);
  });

  it('is asked with the next number each time, the first of which may be any, around 2^32 too', () => {
    const peer = new Watched(policyBy('default'), { first: 0xffff_fffe }).until(1000);
    expect(peer.asked.map(({ sequence }) => sequence)).toEqual([0xffff_fffe, 0xffff_ffff, 0, 1]);
  });

  it('is never asked where it has not said that it answers (RFC 3706 §5.1)', () => {
    const peer = watched();
    peer.liveness.speaks = false;
    expect(peer.until(10_000).times).toEqual([]);
    expect(peer.liveness.deadline()).toBeUndefined();
  });

  it('is never asked where nobody wants to know', () => {
    const peer = watched();
    peer.liveness.policy = undefined;
    expect(peer.liveness.deadline()).toBeUndefined();
    peer.liveness.policy = policyBy('default');
    expect(peer.liveness.deadline()).toBe(30_000);
  });
});

describe('proof of life', () => {
  it('ends the suspicion: everything counts from it', () => {
    const peer = watched().until(100);
    expect(peer.times).toEqual([30, 60, 90]);
    peer.liveness.sign('ike', at(100));
    expect(peer.until(1000).times).toEqual([30, 60, 90, 130, 160, 190, 220]);
    expect(peer.dead).toBe(250);
  });

  it('is the ACK to each question that is outstanding, once, with its round trip', () => {
    const peer = watched('default', { retry: seconds(5) }).until(42);
    const numbers = peer.asked.map(({ sequence }) => sequence);
    expect(numbers).toEqual([100, 101, 102]);
    expect(peer.liveness.answer(100, at(43))).toBe(13_000);
    expect(peer.liveness.answer(102, at(44))).toBe(4000);
    expect(peer.liveness.answer(102, at(45))).toBeUndefined();
    expect(peer.liveness.evidence(at(50))).toEqual({
      lastSign: { kind: 'answer', agoMilliseconds: 6000 },
      unanswered: 0,
      asked: 3,
      answered: 2,
      roundTripsMilliseconds: [13_000, 4000],
    });
  });

  it('is not an ACK to a number that is not outstanding, or was credited already', () => {
    const peer = watched().until(35);
    expect(peer.liveness.answer(100, at(35))).toBe(5000);
    peer.until(70);
    for (const stale of [100, 99, 102, 0]) expect(peer.liveness.answer(stale, at(70))).toBeUndefined();
    // Asked at 65 for the first time since the answer at 35.
    expect(peer.until(1000).dead).toBe(185);
  });

  it('is a question of the peer with a number above all before, and no other (C-90)', () => {
    const peer = watched();
    peer.liveness.question(7, at(10));
    peer.liveness.question(8, at(20));
    for (const old of [8, 7, 0xffff_fff0]) peer.liveness.question(old, at(40));
    expect(peer.liveness.evidence(at(40)).lastSign).toEqual({ kind: 'question', agoMilliseconds: 20_000 });
    peer.liveness.question(0x8000_0000, at(41));
    expect(peer.liveness.evidence(at(41)).lastSign).toEqual({ kind: 'question', agoMilliseconds: 0 });
  });

  it('is a new phase 1, under which numbers begin anew', () => {
    const peer = watched().until(149);
    peer.liveness.question(1000, at(149));
    peer.liveness.renewed(5, at(149.5));
    peer.liveness.question(3, at(160));
    expect(peer.liveness.evidence(at(160)).lastSign).toEqual({ kind: 'question', agoMilliseconds: 0 });
    expect(peer.until(195).asked.at(-1)).toEqual({ at: 190, sequence: 5 });
  });

  it('is ESP that the back end has seen, at the time at which it came', () => {
    const peer = watched();
    peer.traffic = espAt(29);
    expect(peer.until(1000).times).toEqual([59, 89, 119, 149]);
    expect(peer.dead).toBe(179);
  });

  it('is ESP at the time of the look where the back end counts and knows no times', () => {
    const peer = watched();
    peer.traffic = (second) => [{ pair: 1, inbound: second < 29 ? 0 : 5, outbound: 0 }];
    expect(peer.until(1000).times).toEqual([60, 90, 120, 150]);
    expect(peer.dead).toBe(180);
  });

  it('is ESP of any pair, also of one that has taken the place of another that had counted more', () => {
    const peer = watched();
    peer.traffic = (second) =>
      second < 40
        ? [{ pair: 1, inbound: 1000, outbound: 0, inboundIdle: seconds(second) }]
        : [{ pair: 2, inbound: 1, outbound: 0, inboundIdle: seconds(second - 40) }];
    expect(peer.until(1000).dead).toBe(40 + 150);
  });

  it('is no ESP where traffic says so', () => {
    for (const [traffic, nat, dead] of [
      ['never', true, 150],
      ['nat-only', false, 150],
      ['nat-only', true, 250],
      ['always', false, 250],
    ] as const) {
      const peer = watched('default', { traffic }, nat);
      peer.traffic = (second) => {
        const inbound = Math.min(100, second);
        return [{ pair: 1, inbound, outbound: 0, inboundIdle: seconds(second - inbound) }];
      };
      expect([traffic, nat, peer.until(1000).dead]).toEqual([traffic, nat, dead]);
    }
  });
});

describe('an idle peer with idleProbe: false', () => {
  const out = (from: number) => (now: number) =>
    now < from ? [] : [{ pair: 1, inbound: 0, outbound: 1, outboundIdle: seconds(now - from) }];

  it('is not asked and never dead, however long', () => {
    const peer = watched('default', { idleProbe: false }).until(100_000);
    expect([peer.times, peer.dead]).toEqual([[], undefined]);
  });

  it('is asked once a packet has gone to it, and then dead by the same count', () => {
    const peer = watched('default', { idleProbe: false });
    peer.traffic = out(95);
    expect(peer.until(1000).times).toEqual([120, 150, 180, 210]);
    expect(peer.dead).toBe(240);
  });

  it('is not asked for packets that went before its last sign of life', () => {
    const peer = watched('default', { idleProbe: false });
    peer.traffic = out(10);
    peer.liveness.sign('ike', at(12));
    expect(peer.until(1000).times).toEqual([]);
  });
});

describe('a process that was not awake', () => {
  it('asks twice before any verdict, and takes what has come meanwhile', () => {
    const peer = watched().until(30);
    peer.lookAt(10_000);
    expect(peer.times).toEqual([30, 10_000]);
    expect(peer.dead).toBeUndefined();
    peer.until(20_000);
    expect(peer.times).toEqual([30, 10_000, 10_030]);
    expect(peer.dead).toBe(10_060);
  });

  it('goes on as before where an answer comes', () => {
    const peer = watched().until(30);
    peer.lookAt(10_000);
    peer.liveness.answer(101, at(10_000.02));
    expect(peer.liveness.deadline()).toBe(10_030_020);
  });

  it('is one that is told so, though its own clock has not jumped', () => {
    const peer = watched().until(149);
    peer.liveness.awake(at(149));
    expect(peer.until(1000).times).toEqual([30, 60, 90, 120, 149, 179]);
    expect(peer.dead).toBe(209);
  });

  it('is none that comes a little late', () => {
    const peer = watched();
    for (const second of [30.5, 60.9, 91.5, 122, 151]) peer.lookAt(second);
    expect(peer.dead).toBe(151);
  });
});

describe('a peer that cannot be asked', () => {
  it('is not dead, and is tried again', () => {
    const peer = watched();
    for (let second = 30; second < 1000; second += 30) {
      expect(peer.liveness.due(at(second))).toBe(true);
      expect(peer.liveness.looked([], at(second))).toBe('ask');
      peer.liveness.unable(at(second));
    }
    expect(peer.liveness.deadAt()).toBeUndefined();
  });
});

describe('what is held of a peer', () => {
  it('is bounded, whatever it leaves unanswered', () => {
    const policy = policyBy('default', { delay: seconds(1), timeout: seconds(86_400) });
    const peer = new Watched(policy).until(80_000);
    expect(peer.asked).toHaveLength(80_000);
    expect(peer.liveness.answer(100, at(80_000))).toBeUndefined();
    expect(peer.until(200_000).dead).toBe(1 + 86_400);
  });
});
