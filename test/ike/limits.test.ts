import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import { readMessage } from '../../src/ike/wire/message.ts';
import { EXCHANGE } from '../../src/ike/wire/numbers.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';
import { sourceOf } from '../../src/ike/half-open.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import type { EndpointOptions } from '../../src/ike/options.ts';

const anybody = (policy: ConnectionPolicy): ConnectionPolicy => ({ ...policy, remote: { address: 'any', id: 'any' } });

/** A pair in which b takes anybody, or also a, and first messages of peers that never go on. */
function flooded(limits: EndpointOptions['limits'] = {}, policies = [policyOf('b', { but: anybody })]): Flooded {
  const pair = new PairOfEndpoints(policyOf('a'), policies, { limits });
  pair.onWire = () => [];
  pair.initiate();
  const [first] = pair.wire;
  if (first === undefined) throw new Error('nothing was sent');
  let cookie = 0;
  const flood = (count: number, address: (i: number) => string): void => {
    for (let i = 0; i < count; i++) {
      const bytes = first.bytes.slice();
      new DataView(bytes.buffer).setUint32(0, ++cookie);
      pair.deliver(pair.b, {
        ...pair.seen(first),
        remote: { address: requireIpAddress(address(i)), port: 500 },
        bytes,
      });
    }
  };
  return { pair, flood };
}
interface Flooded {
  readonly pair: PairOfEndpoints;
  readonly flood: (count: number, address: (i: number) => string) => void;
}
const everywhere = (i: number): string => `203.0.${i >> 8}.${i & 255}`;
const halfOpen = (pair: PairOfEndpoints): number => pair.b.endpoint.snapshot(pair.now).halfOpen;
const standings = (pair: PairOfEndpoints): object => pair.b.endpoint.snapshot(pair.now).halfOpenByStanding;
const drops = (pair: PairOfEndpoints): Record<string, number> => pair.b.endpoint.snapshot(pair.now).drops;

describe('half-open ISAKMP SAs', () => {
  it('are held up to a quarter of a number for strangers that have shown nothing, and then no more is answered', () => {
    const { pair, flood } = flooded({ halfOpen: 64 });
    flood(40, everywhere);
    expect(standings(pair)).toEqual({
      'known-claimed': 0,
      'known-shown': 0,
      'stranger-claimed': 16,
      'stranger-shown': 0,
    });
    expect(halfOpen(pair)).toBe(16);
    expect(pair.b.drops).toEqual(Array.from({ length: 24 }, () => 'half-open-limit'));
    expect(pair.b.named('message.sent')).toHaveLength(16);
  });

  it('of strangers that have had their time make room, and nobody is told of it', () => {
    const { pair, flood } = flooded({ halfOpen: 64 });
    flood(16, everywhere);
    pair.runUntil(2000);
    flood(5, (i) => everywhere(100 + i));
    expect(halfOpen(pair)).toBe(16);
    expect(drops(pair)).toMatchObject({ displaced: 5, 'half-open-limit': 0 });
    expect(pair.b.endpoint.sas.size).toBe(16);
    expect([...pair.b.named('phase1.started'), ...pair.b.named('phase1.failed')]).toEqual([]);
  });

  it('of strangers take nothing from a peer whose address a connection names', () => {
    const { pair, flood } = flooded({ halfOpen: 64 }, [policyOf('b'), policyOf('b', { name: 'rest', but: anybody })]);
    flood(1000, everywhere);
    pair.onWire = (datagram) => [datagram];
    pair.runUntil(1000);
    expect(pair.a.connection().isUp('net')).toBe(true);
    expect(halfOpen(pair)).toBe(16);
  });

  it('of strangers take nothing from somebody who has proved himself from where he comes', () => {
    const { pair, flood } = flooded({ halfOpen: 64 });
    pair.onWire = (datagram) => [datagram];
    pair.runUntil(1000);
    expect(pair.a.connection().isUp('net')).toBe(true);
    flood(1000, everywhere);
    pair.command({ type: 'renew', connection: 'link', phase: 1 });
    expect(pair.a.named('phase1.established')).toHaveLength(2);
    expect(standings(pair)).toMatchObject({ 'stranger-claimed': 16, 'known-claimed': 0 });
  });

  it('made by spoofing a configured peer take nothing from another, and it gets in at once', () => {
    const C = '192.0.2.77';
    const toC = policyOf('b', {
      name: 'other',
      but: (policy) => ({ ...policy, remote: { ...policy.remote, address: requireIpAddress(C) } }),
    });
    const { pair, flood } = flooded({ halfOpen: 64, halfOpenPerSource: 4 }, [policyOf('b'), toC]);
    flood(1000, () => C);
    expect(standings(pair)).toMatchObject({ 'known-claimed': 16 });
    pair.onWire = (datagram) => [datagram];
    pair.runUntil(1000);
    expect(pair.a.connection().isUp('net')).toBe(true);
    expect(drops(pair)).toMatchObject({ displaced: 1 });
  });

  it('that have returned our cookie are told of, and have places that first messages cannot take', () => {
    const { pair, flood } = flooded({ halfOpen: 64 });
    // The fourth message is lost, so that b goes on waiting for the fifth.
    pair.onWire = (datagram) =>
      pair.wire.filter((sent) => pair.fromA(sent)).length > 2 && !pair.fromA(datagram) ? [] : [datagram];
    pair.runUntil(1000);
    expect(standings(pair)).toMatchObject({ 'stranger-claimed': 0, 'stranger-shown': 1 });
    expect(pair.b.named('phase1.started')).toHaveLength(1);
    pair.runUntil(20_000);
    flood(1000, everywhere);
    expect(standings(pair)).toMatchObject({ 'stranger-claimed': 16, 'stranger-shown': 1 });
    pair.onWire = (datagram) => [datagram];
    pair.runUntil(40_000);
    expect(pair.a.connection().isUp('net')).toBe(true);
  });

  it('count for a network of 64 bits where a stranger has IPv6 (RFC 6177 §2)', () => {
    expect([
      sourceOf(requireIpAddress('2001:db8:1:2:3:4:5:6'), 'stranger'),
      sourceOf(requireIpAddress('2001:db8:1:2:ffff::1'), 'stranger'),
      sourceOf(requireIpAddress('2001:db8:1:3::1'), 'stranger'),
      sourceOf(requireIpAddress('2001:db8::1'), 'known'),
      sourceOf(requireIpAddress('192.0.2.1'), 'stranger'),
    ]).toEqual(['20010db800010002', '20010db800010002', '20010db800010003', '2001:db8::1', '192.0.2.1']);
  });

  it('end after 63 s with nothing said, and make room', () => {
    const { pair, flood } = flooded();
    flood(20, () => '203.0.113.1');
    const before = pair.wire.length;
    pair.runUntil(62_999);
    expect(halfOpen(pair)).toBe(20);
    pair.runUntil(63_000);
    expect(halfOpen(pair)).toBe(0);
    expect(pair.b.endpoint.sas.size).toBe(0);
    expect(pair.wire.slice(before).filter((datagram) => !pair.fromA(datagram))).toEqual([]);
    flood(1, () => '203.0.113.1');
    expect(halfOpen(pair)).toBe(1);
  });

  it('are not made for a first message of more octets than are kept', () => {
    const { pair, flood } = flooded({ firstMessage: 183 });
    flood(1, everywhere);
    expect([pair.wire[0]?.bytes.length, halfOpen(pair), pair.b.drops]).toEqual([184, 0, ['limit']]);
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
      [18, EXCHANGE.BASE],
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
  it('is never bigger than what asked for it', () => {
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

  it('that are refused leave no more behind than there may be exchanges', () => {
    const pair = new PairOfEndpoints(policyOf('a'), policyOf('b', { swapSelectors: true }), {
      limits: { exchanges: 10 },
    });
    pair.initiate();
    // A peer that does not give up.
    pair.a.isakmp().doubt.agreed();
    for (let i = 0; i < 40; i++) pair.within(pair.a, () => pair.a.connection().initiate(pair.now));
    expect(pair.b.isakmp().exchanges.size).toBeLessThanOrEqual(10);
    expect(pair.b.drops).toContain('limit');
  });

  it('that succeed, one after the other, leave no more than eight pairs of a tunnel', () => {
    // More than there may be at once, were they not rare enough.
    const quickModeRate = { burstPerTunnel: 64, perSecond: 1 };
    const pair = PairOfEndpoints.up({}, { limits: { quickModeRate } });
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
