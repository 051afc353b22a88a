import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../src/base/instant.ts';
import type { Host } from '../../src/sim/host.ts';
import { GOOD_LINK } from '../../src/sim/link.ts';
import { BAD_LINK } from './bad-link.ts';
import { forEachSeed } from './seeds.ts';
import { inUse, keepBusy, passesBothWays, twoGateways } from './two-gateways.ts';

const established = (host: Host): number => host.told('phase2.established').length;

describe('two gateways that both initiate', () => {
  it('settle on a good link with what came of the first attempts', () => {
    forEachSeed('both initiate', 100, (seed) => {
      const { world, a, b } = twoGateways(seed, { jitter: milliseconds(100) });
      a.initiate('link');
      world.run(milliseconds(world.chance('start').u32() % 200));
      b.initiate('link');
      world.run(seconds(600));
      expect(passesBothWays(world, a, b), world.trace()).toBe(true);
      expect(established(a), world.trace()).toBeLessThanOrEqual(2);
      expect(inUse(a), world.trace()).toEqual(inUse(b));
      expect(inUse(a), world.trace()).toHaveLength(1);
    });
  });

  it('settle on a bad link and stay settled', () => {
    forEachSeed('both initiate under loss', 100, (seed) => {
      const { world, a, b, link } = twoGateways(seed, BAD_LINK);
      a.initiate('link');
      b.initiate('link');
      const traffic = keepBusy(world, a, b);
      expect(
        world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(900)),
        world.trace(),
      ).toBe(true);
      // What is still under way ends within the retransmissions of both phases.
      world.run(seconds(200));
      link.change(GOOD_LINK);
      traffic.stop();
      expect(passesBothWays(world, a, b), world.trace()).toBe(true);
      const before = [established(a), established(b)];
      world.run(seconds(1200));
      expect([established(a), established(b)], world.trace()).toEqual(before);
      expect(passesBothWays(world, a, b), world.trace()).toBe(true);
    });
  });

  it('settle again when the tunnels of both expire at the same moment', () => {
    const both = { ipsecLifetime: seconds(120) };
    forEachSeed('both renegotiate', 30, (seed) => {
      const { world, a, b } = twoGateways(seed, { jitter: milliseconds(100) }, { both });
      a.initiate('link');
      b.initiate('link');
      world.run(seconds(1260));
      expect(passesBothWays(world, a, b), world.trace()).toBe(true);
      // Ten lifetimes, at most two pairs each.
      expect(established(a)).toBeLessThanOrEqual(22);
    });
  });
});
