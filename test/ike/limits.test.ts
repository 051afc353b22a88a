import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import { readMessage } from '../../src/ike/wire/message.ts';
import { EXCHANGE } from '../../src/ike/wire/numbers.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';

const anybody = (policy: ConnectionPolicy): ConnectionPolicy => ({ ...policy, remote: { address: 'any', id: 'any' } });

/** A pair in which b takes anybody, and first messages of peers that never go on. */
function flooded(limits = {}): { pair: PairOfEndpoints; flood: (count: number, sources: number) => void } {
  const pair = new PairOfEndpoints(policyOf('a'), policyOf('b', { but: anybody }), { limits });
  pair.onWire = () => [];
  pair.initiate();
  const [first] = pair.wire;
  if (first === undefined) throw new Error('nothing was sent');
  let cookie = 0;
  const flood = (count: number, sources: number): void => {
    for (let i = 0; i < count; i++) {
      const bytes = first.bytes.slice();
      new DataView(bytes.buffer).setUint32(0, ++cookie);
      const address = requireIpAddress(`203.0.113.${(i % sources) + 1}`);
      pair.deliver(pair.b, { ...pair.seen(first), remote: { address, port: 500 }, bytes });
    }
  };
  return { pair, flood };
}
const halfOpen = (pair: PairOfEndpoints): number => pair.b.endpoint.snapshot(pair.now).halfOpen;

describe('half-open ISAKMP SAs', () => {
  it('are held up to a number from one address, and then no more is answered', () => {
    const { pair, flood } = flooded();
    flood(40, 1);
    expect(halfOpen(pair)).toBe(16);
    expect(pair.b.drops).toEqual(Array.from({ length: 24 }, () => 'limit'));
  });

  it('are held up to a number in total', () => {
    const { pair, flood } = flooded();
    flood(300, 200);
    expect(halfOpen(pair)).toBe(256);
    expect(pair.b.endpoint.snapshot(pair.now).drops.limit).toBe(44);
  });

  it('end after 63 s with nothing said, and make room', () => {
    const { pair, flood } = flooded();
    flood(20, 1);
    const before = pair.wire.length;
    pair.runUntil(62_999);
    expect(halfOpen(pair)).toBe(16);
    pair.runUntil(63_000);
    expect(halfOpen(pair)).toBe(0);
    expect(pair.wire.slice(before).filter((datagram) => !pair.fromA(datagram))).toEqual([]);
    flood(1, 1);
    expect(halfOpen(pair)).toBe(1);
  });

  it('count only until they are proved: peers that prove themselves are not in the way of others', () => {
    const { pair } = flooded({ halfOpen: 1 });
    pair.onWire = (datagram) => [datagram];
    pair.runUntil(1000);
    expect(pair.a.connection().isUp('net')).toBe(true);
    expect(halfOpen(pair)).toBe(0);
  });

  it('are not made for a first message that cannot be read, nor for one of another shape (RFC 2408 §3.1)', () => {
    const { pair } = flooded();
    const [first] = pair.wire;
    if (first === undefined) throw new Error('nothing was sent');
    const broken = (at: number, octet: number): Datagram => {
      const bytes = first.bytes.slice();
      bytes[at] = octet;
      return { ...pair.seen(first), bytes };
    };
    // The Next Payload, the exchange, the E bit, the message id, and a responder cookie that nobody gave.
    for (const [at, octet] of [
      [16, 4],
      [18, EXCHANGE.AGGRESSIVE],
      [19, 1],
      [23, 1],
      [8, 1],
    ] as const)
      pair.deliver(pair.b, broken(at, octet));
    // No initiator cookie at all.
    const bytes = first.bytes.slice().fill(0, 0, 8);
    pair.deliver(pair.b, { ...pair.seen(first), bytes });
    expect(halfOpen(pair)).toBe(0);
    expect(pair.wire.filter((datagram) => !pair.fromA(datagram))).toEqual([]);
  });

  it('are not made for an address that no connection has', () => {
    const pair = new PairOfEndpoints();
    pair.onWire = ({ local, remote, bytes }) => [
      { local: { ...local, address: requireIpAddress('203.0.113.9') }, remote, bytes },
    ];
    pair.initiate();
    expect(pair.b.drops).toEqual(['no-connection']);
    expect(halfOpen(pair)).toBe(0);
    expect(pair.wire).toHaveLength(1);
  });
});

describe('an answer to somebody unproved', () => {
  it('is never bigger than what asked for it, until it has come back to us', () => {
    const pair = new PairOfEndpoints(
      policyOf('a'),
      policyOf('b', { suites: [{ cipher: 'aes256', hash: 'sha512', group: 'ecp256' }] }),
    );
    pair.initiate();
    const refused = pair.wire.map(({ bytes }) => bytes.length);
    expect(refused).toHaveLength(2);
    expect(refused[1]).toBeLessThanOrEqual(refused[0] ?? 0);
    const good = PairOfEndpoints.up();
    const [first, second] = good.wire.map(({ bytes }) => bytes.length);
    expect(second).toBeLessThanOrEqual(first ?? 0);
  });
});

describe('Quick Modes under one ISAKMP SA', () => {
  it('are served up to a number at a time', () => {
    const tunnels = (own: 'a' | 'b'): ConnectionPolicy['tunnels'] =>
      Array.from({ length: 4 }, (_, i) => {
        const [tunnel] = policyOf(own, { nets: [`10.1.${i}.0/24`, '10.2.0.0/24'] }).tunnels;
        if (tunnel === undefined) throw new Error('no tunnel');
        return { ...tunnel, name: `tunnel ${i}` };
      });
    const policy = (own: 'a' | 'b') => policyOf(own, { but: (given) => ({ ...given, tunnels: tunnels(own) }) });
    const pair = new PairOfEndpoints(policy('a'), policy('b'), { limits: { quickModes: 2 } });
    // QM3 is lost, so that b goes on waiting.
    pair.onWire = (datagram) => {
      const { exchangeType } = readMessage(datagram.bytes).header;
      const sent = pair.a.named('message.sent').filter(({ exchange }) => exchange === 'QUICK-MODE').length;
      return exchangeType === EXCHANGE.QUICK_MODE && pair.fromA(datagram) && sent > 4 ? [] : [datagram];
    };
    pair.initiate();
    expect(pair.b.connection().negotiations.size).toBeLessThanOrEqual(2);
    expect(pair.b.drops.filter((reason) => reason === 'limit').length).toBeGreaterThan(0);
    pair.onWire = (datagram) => [datagram];
    pair.runUntil(10_000);
    expect(pair.sides.map((side) => side.endpoint.snapshot(pair.now).connections[0]?.state)).toEqual(['up', 'up']);
  });

  it('that are refused leave no more behind than the message ids that are remembered', () => {
    const pair = new PairOfEndpoints(policyOf('a'), policyOf('b', { swapSelectors: true }), {
      limits: { messageIds: 10 },
    });
    pair.initiate();
    // A peer that does not give up.
    pair.a.isakmp().doubt.agreed();
    for (let i = 0; i < 40; i++) pair.within(pair.a, () => pair.a.connection().initiate(pair.now));
    expect(pair.b.isakmp().exchanges.size).toBeLessThanOrEqual(10);
    expect(pair.b.drops).toContain('limit');
  });

  it('that succeed, one after the other, leave no more than eight pairs of a tunnel', () => {
    const pair = PairOfEndpoints.up();
    for (let i = 0; i < 40; i++) {
      pair.runUntil(pair.now + 10);
      pair.within(pair.a, () => {
        for (const known of pair.a.connection().pairs.values()) known.endReason = 'replaced';
        pair.a.connection().initiate(pair.now);
      });
    }
    expect(pair.b.installed.length).toBe(2 * 41);
    expect(pair.b.connection().pairs.size).toBe(8);
    expect(pair.b.connection().isUp('net')).toBe(true);
  });
});
