import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { seconds } from '../../src/base/instant.ts';
import { DPD_VENDOR_ID } from '../../src/dpd/vendor-id.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, policyOf } from './policies.ts';
import type { Side } from './side.ts';
import { asks, cut, pairWhere, watching } from './watched-pair.ts';

function withoutDpd(bytes: Uint8Array): Uint8Array {
  return fromHex(toHex(bytes).replace(toHex(DPD_VENDOR_ID), 'ee'.repeat(DPD_VENDOR_ID.length)));
}

const guards = ({ effects }: Side): boolean[] =>
  effects.flatMap((effect) => (effect.type === 'guard' ? [effect.guarded] : []));
describe('a peer that answers', () => {
  it('is asked every delay with numbers that count from a random one, and stays', () => {
    const pair = pairWhere();
    pair.runUntil(300_000);
    const [first = 0, ...others] = pair.a.named('dpd.asked').map(({ sequence }) => sequence ?? 0);
    expect(first).toBeLessThan(0x8000_0000);
    expect(others).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => first + n));
    expect(pair.b.named('dpd.answered').map(({ sequence }) => sequence)).toEqual([first, ...others]);
    expect(pair.a.named('dpd.acknowledged').map(({ roundTripMilliseconds }) => roundTripMilliseconds)).toEqual(
      Array.from({ length: 10 }, () => 0),
    );
    expect(pair.a.connection().isUp('net')).toBe(true);
    const [liveness] = pair.a.endpoint.snapshot(pair.now).connections[0]?.liveness ?? [];
    expect(liveness).toEqual({
      peer: '@b.example',
      state: 'alive',
      lastSign: { kind: 'answer', agoMilliseconds: 0 },
      ...{ unanswered: 0, asked: 10, answered: 10 },
      roundTripsMilliseconds: [0, 0, 0, 0, 0, 0, 0, 0],
    });
  });

  it('proves itself by its own questions, so that two who watch each other ask half as often', () => {
    const pair = new PairOfEndpoints(
      policyOf('a', { but: watching() }),
      policyOf('b', { but: watching({ delay: seconds(20) }) }),
    );
    pair.initiate();
    pair.runUntil(300_000);
    expect(asks(pair.a)).toEqual([]);
    expect(asks(pair.b)).toHaveLength(15);
  });

  it('is not asked where it has not said that it would answer, and the status says so', () => {
    const pair = new PairOfEndpoints(policyOf('a', { but: watching() }), policyOf('b'));
    // Vendor ids are proved by nothing.
    pair.onWire = (datagram) => [{ ...datagram, bytes: withoutDpd(datagram.bytes) }];
    pair.initiate();
    expect(pair.a.connection().isUp('net')).toBe(true);
    cut(pair);
    pair.runUntil(1_000_000);
    expect(asks(pair.a)).toEqual([]);
    expect(pair.a.endpoint.snapshot(pair.now).connections[0]?.liveness[0]?.state).toBe('not-spoken');
  });
});

describe('a peer that is gone', () => {
  it('is dead 150 s after its last sign of life with the defaults, with evidence, and holds', () => {
    const pair = pairWhere();
    pair.runUntil(70_000);
    cut(pair);
    // The last answer came at 60 s.
    pair.runUntil(209_999);
    expect(pair.a.connection().isUp('net')).toBe(true);
    expect(pair.a.endpoint.snapshot(pair.now).connections[0]?.liveness[0]).toMatchObject({
      state: 'asked',
      unanswered: 4,
      deadInMilliseconds: 1,
    });
    pair.runUntil(210_000);
    expect(pair.a.named('peer.dead')).toEqual([
      {
        name: 'peer.dead',
        connection: 'link',
        peer: '@b.example',
        action: 'hold',
        lastSign: { kind: 'answer', agoMilliseconds: 150_000 },
        ...{ unanswered: 4, asked: 6, answered: 2 },
        roundTripsMilliseconds: [0, 0],
        route: { from: A },
      },
    ]);
    expect(pair.a.named('phase2.ended').map(({ reason }) => reason)).toEqual(['dead-peer']);
    expect(pair.a.named('phase1.ended').map(({ reason }) => reason)).toEqual(['dead-peer']);
    expect(pair.a.connection().sas.size).toBe(0);
    pair.runUntil(2_000_000);
    expect(pair.a.named('phase1.started')).toHaveLength(1);
    expect(guards(pair.a)).toEqual([]);
    expect(pair.a.endpoint.snapshot(pair.now).connections[0]).toMatchObject({
      state: 'down',
      wanted: false,
      liveness: [],
      lastDeath: { peer: '@b.example', action: 'hold', agoMilliseconds: 1_790_000 },
    });
  });

  it('comes back by traffic, after hold', () => {
    const pair = pairWhere();
    cut(pair);
    pair.runUntil(150_000);
    expect(pair.a.named('peer.dead')).toHaveLength(1);
    pair.onWire = (datagram) => [datagram];
    pair.esp({ type: 'acquire', connection: 'link', tunnel: 'net' }, pair.a);
    expect(pair.a.connection().isUp('net')).toBe(true);
    pair.runUntil(1_000_000);
    expect(pair.a.named('peer.dead')).toHaveLength(1);
  });

  it('lets packets out in clear with clear, until it is back', () => {
    const pair = pairWhere({ action: 'clear' });
    cut(pair);
    pair.runUntil(150_000);
    expect(guards(pair.a)).toEqual([false]);
    pair.onWire = (datagram) => [datagram];
    pair.runUntil(200_000);
    pair.command({ type: 'terminate', connection: 'link' }, pair.b);
    pair.initiate(pair.b);
    expect(pair.a.connection().isUp('net')).toBe(true);
    expect(guards(pair.a)).toEqual([false, true]);
  });

  it('is guarded again by the command that takes it down', () => {
    const pair = pairWhere({ action: 'clear' });
    cut(pair);
    pair.runUntil(150_000);
    pair.command({ type: 'terminate', connection: 'link' });
    expect(guards(pair.a)).toEqual([false, true]);
  });

  it('is called at once and again and again with restart, until it is back', () => {
    const pair = pairWhere({ action: 'restart' });
    cut(pair);
    pair.runUntil(150_000);
    expect(pair.a.named('phase1.started')).toHaveLength(2);
    pair.runUntil(20_000_000);
    expect(pair.a.named('phase1.started').length).toBeGreaterThan(50);
    expect(pair.a.named('attempts.given-up')).toEqual([]);
    pair.onWire = (datagram) => [datagram];
    pair.runUntil(20_500_000);
    expect(pair.a.connection().isUp('net')).toBe(true);
    expect(pair.a.named('peer.dead')).toHaveLength(1);
  });

  it('hears that we gave it up, where it hears us and we do not hear it', () => {
    const pair = pairWhere();
    cut(pair, false);
    pair.runUntil(150_000);
    expect(pair.b.named('phase2.ended').map(({ reason }) => reason)).toEqual(['deleted-by-peer']);
    expect(pair.b.connection().sas.size).toBe(0);
  });

  it('takes both of its tunnels with it', () => {
    const two = (policy: ConnectionPolicy): ConnectionPolicy => ({
      ...policy,
      tunnels: policy.tunnels.flatMap((tunnel) => [tunnel, { ...tunnel, name: 'second' }]),
    });
    const pair = new PairOfEndpoints(
      policyOf('a', { but: (policy) => two(watching()(policy)) }),
      policyOf('b', { but: two }),
    );
    pair.initiate();
    cut(pair);
    pair.runUntil(150_000);
    expect(pair.a.named('phase2.ended').map(({ tunnel, reason }) => [tunnel, reason])).toEqual([
      ['net', 'dead-peer'],
      ['second', 'dead-peer'],
    ]);
    expect(pair.a.named('peer.dead')).toHaveLength(1);
  });

  it('is not found dead twice, nor by what it left: nothing of it is watched any more', () => {
    const pair = pairWhere();
    pair.command({ type: 'terminate', connection: 'link' });
    pair.runUntil(1_000_000);
    expect(pair.a.named('peer.dead')).toEqual([]);
    expect(pair.a.connection().watch.peers.size).toBe(0);
  });

  it('is dead though its old answers are played back under the keys, where their numbers are old', () => {
    const pair = pairWhere();
    const answers: Datagram[] = [];
    pair.onWire = (datagram) => {
      if (!pair.fromA(datagram)) answers.push(datagram);
      return [datagram];
    };
    pair.runUntil(70_000);
    cut(pair);
    pair.runUntil(100_000);
    for (const answer of answers) pair.deliver(pair.a, pair.seen(answer));
    pair.runUntil(210_000);
    expect(pair.a.named('peer.dead')).toHaveLength(1);
  });

  it('has ended its suspension of the verdict when we were not awake: two questions come first', () => {
    const pair = pairWhere();
    cut(pair);
    pair.runUntil(40_000);
    pair.command({ type: 'awake' });
    pair.runUntil(40_000);
    expect(asks(pair.a)).toHaveLength(2);
    pair.onWire = (datagram) => [datagram];
    pair.runUntil(200_000);
    expect(pair.a.named('peer.dead')).toEqual([]);
  });
});
