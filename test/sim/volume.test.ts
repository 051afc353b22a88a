import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../src/base/instant.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import type { Host } from '../../src/sim/host.ts';
import { World } from '../../src/sim/world.ts';
import { forEachSeed } from './seeds.ts';
import { ADDRESS, inUse, policyOf, PSK, type TwoGateways } from './two-gateways.ts';

const RENEWAL = { margin: seconds(60), fuzz: 1 };

/** Two gateways whose IPsec SAs carry so many kilobytes and no more. */
function limited(seed: string, kilobytes: number, renewal: typeof RENEWAL | undefined): TwoGateways {
  const world = new World(seed);
  const [a, b] = (['a', 'b'] as const).map((end) => {
    const policy = policyOf(end, renewal === undefined ? {} : { renewal });
    const tunnels: ConnectionPolicy['tunnels'] = policy.tunnels.map((tunnel) => ({
      ...tunnel,
      lifetime: { ...tunnel.lifetime, kilobytes },
    }));
    return world.host({
      name: end,
      address: ADDRESS[end],
      psks: [{ secret: PSK }],
      connections: [{ ...policy, tunnels }],
    });
  }) as [Host, Host];
  return { world, a, b, link: world.link(a, b) };
}
/** Echo requests both ways; how many of them were never answered. */
function lost(world: World, hosts: readonly Host[], steps: number, step: number): number {
  const pings = Array.from({ length: steps }, () => {
    const sent = hosts.map((host) => host.ping('link'));
    world.run(milliseconds(step));
    return sent;
  }).flat();
  world.run(seconds(2));
  return pings.filter(({ answered }) => !answered).length;
}

describe('lifetimes in kilobytes', () => {
  it('are counted by both ESP back ends, and the successor is there before the volume is used up: no packet is lost', () => {
    forEachSeed('volume', 1, (seed) => {
      const { world, a, b } = limited(seed, 1024, RENEWAL);
      a.initiate('link');
      world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(10));
      expect(lost(world, [a, b], 16_000, 50), world.trace()).toBe(0);
      const roles = a.told('phase2.established').length;
      expect(roles, world.trace()).toBeGreaterThanOrEqual(3);
      // Time has nothing to do with it: the shortest of them would have stood for an hour.
      expect(world.clock.now, world.trace()).toBeLessThan(seconds(1800));
      expect(new Set(a.told('phase2.ended').map(({ reason }) => reason)), world.trace()).toEqual(new Set(['replaced']));
      // Both sides count the same, and still only one begins.
      expect(
        b.told('phase2.started').filter(({ role }) => role === 'initiator'),
        world.trace(),
      ).toEqual([]);
      expect(inUse(a)).toEqual(inUse(b));
    });
  });

  it('end an SA that is not renewed, and another is made', () => {
    const { world, a, b } = limited('volume without renewal', 1024, undefined);
    a.initiate('link');
    world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(10));
    lost(world, [a, b], 14_000, 50);
    expect(a.told('phase2.ended').map(({ reason }) => reason)).toContain('expired');
    expect(lost(world, [a, b], 10, 50)).toBe(0);
  });
});
