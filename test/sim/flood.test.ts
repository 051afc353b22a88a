import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/instant.ts';
import { LIMITS } from '../../src/ike/limits.ts';
import type { Host } from '../../src/sim/host.ts';
import { Siege } from './siege.ts';

/** What the hub has told people, beside each datagram. */
const told = ({ events }: Host): number =>
  events.filter(({ event }) => event.name !== 'datagram.dropped' && !event.name.startsWith('message.')).length;

describe('under a flood of 100,000 datagrams from everywhere', () => {
  it('peers that stand stay and renew, peers that come get in at once, what is held is bounded, and it is quiet', () => {
    const siege = new Siege('flood from everywhere');
    const { world, hub, peers } = siege;
    const [standing, ...coming] = peers;
    standing?.initiate('peer0');
    world.run(seconds(2));
    expect(hub.endpoint.sas.size).toBe(1);
    siege.flood(5000, 2, siege.anywhere);
    for (const peer of coming) peer.initiate(peer.name);
    siege.flood(5000, 1, siege.anywhere);
    expect(peers.map((peer) => siege.isUp(peer))).toEqual([true, true, true, true, true]);
    siege.flood(5000, 17, siege.anywhere);
    expect(peers.map((peer) => siege.isUp(peer))).toEqual([true, true, true, true, true]);
    expect(hub.told('phase2.established').filter(({ sa }) => sa.connection === 'peer0').length).toBeGreaterThan(1);
    expect([hub, ...peers].flatMap((host) => [...host.told('phase1.failed'), ...host.told('phase2.failed')])).toEqual(
      [],
    );
    const { halfOpenByStanding } = hub.endpoint.snapshot(world.now);
    expect(halfOpenByStanding).toMatchObject({ 'stranger-claimed': LIMITS.halfOpen / 4, 'stranger-shown': 0 });
    expect(hub.endpoint.sas.size).toBeLessThanOrEqual(LIMITS.halfOpen / 4 + 2 * peers.length);
    expect(siege.sent).toBeGreaterThan(100_000 * 70);
    expect(siege.received).toBeLessThan(siege.sent / 10);
    expect(told(hub)).toBeLessThan(200);
    // And when it is over nothing of it is left.
    world.run(seconds(64));
    expect(hub.endpoint.gate.halfOpen.size).toBe(0);
    expect(hub.endpoint.sas.size).toBeLessThanOrEqual(2 * peers.length);
  });

  it('a peer that no connection has an address for gets in, if later', () => {
    const siege = new Siege('flood and a road');
    siege.flood(1000, 1, siege.anywhere);
    siege.road.initiate('road');
    siege.flood(1000, 20, siege.anywhere);
    expect(siege.isUp(siege.road)).toBe(true);
  });
});

describe('under a flood that writes the address of a configured peer on its datagrams', () => {
  it('the others get in as ever, and so does that peer, within its first attempt', () => {
    const siege = new Siege('flood of a peer');
    const [victim, ...others] = siege.peers;
    if (victim === undefined) throw new Error('no peer');
    siege.flood(2000, 2, () => victim.address);
    for (const peer of others) peer.initiate(peer.name);
    siege.flood(2000, 1, () => victim.address);
    expect(others.map((peer) => siege.isUp(peer))).toEqual([true, true, true, true]);
    victim.initiate(victim.name);
    siege.flood(500, 20, () => victim.address);
    expect(siege.isUp(victim)).toBe(true);
    expect(victim.told('phase1.failed')).toEqual([]);
  });
});
