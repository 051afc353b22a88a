import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/instant.ts';
import { GOOD_LINK } from '../../src/sim/link.ts';
import { BAD_LINK } from './bad-link.ts';
import { forEachSeed } from './seeds.ts';
import { keepBusy, passesBothWays, twoGateways } from './two-gateways.ts';

describe('lifetimes', () => {
  it('of IPsec SAs end them, and as long as the tunnel is wanted others follow under the same ISAKMP SA', () => {
    const { world, a, b } = twoGateways('short phase 2', {}, { both: { ipsecLifetime: seconds(100) } });
    a.initiate('link');
    world.run(seconds(950));
    expect(a.told('phase1.established')).toHaveLength(1);
    expect(a.told('phase2.established')).toHaveLength(10);
    expect(a.told('phase2.ended').map(({ reason }) => reason)).toEqual(Array.from({ length: 9 }, () => 'expired'));
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('of the ISAKMP SA end it and leave the IPsec SAs, which outlive it (RFC 2408 §3.15)', () => {
    const { world, a, b } = twoGateways('short phase 1', {}, { both: { isakmpLifetime: seconds(100) } });
    a.initiate('link');
    world.run(seconds(101));
    expect(a.told('phase1.ended').map(({ reason }) => reason)).toEqual(['expired']);
    expect(a.told('phase2.ended')).toEqual([]);
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('are the shorter of what both sides want', () => {
    const { world, a, b } = twoGateways(
      'two lifetimes',
      {},
      {
        a: { isakmpLifetime: seconds(900), ipsecLifetime: seconds(100) },
        b: { isakmpLifetime: seconds(300), ipsecLifetime: seconds(200) },
      },
    );
    a.initiate('link');
    world.run(seconds(2000));
    const [first] = b.told('phase1.established');
    expect([first?.lifetimeSeconds, b.told('phase2.established')[0]?.lifetimeSeconds]).toEqual([300, 100]);
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('of both phases, over and over under loss, leave the tunnel up in the end and nothing behind', () => {
    const both = { isakmpLifetime: seconds(330), ipsecLifetime: seconds(200) };
    forEachSeed('lifetimes under loss', 20, (seed) => {
      const { world, a, b, link } = twoGateways(seed, BAD_LINK, { both });
      a.initiate('link');
      if (seed.endsWith('1')) b.initiate('link');
      keepBusy(world, a, b);
      world.run(seconds(2400));
      link.change(GOOD_LINK);
      // A Quick Mode under an ISAKMP SA that only one side has takes 63 s to fail, and a new attempt comes at most 375 s later.
      world.run(seconds(700));
      expect(
        world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(10)),
        world.trace(),
      ).toBe(true);
      expect(passesBothWays(world, a, b), world.trace()).toBe(true);
      expect(a.esp.installed.length, world.trace()).toBeLessThanOrEqual(8);
      expect(a.endpoint.sas.size, world.trace()).toBeLessThanOrEqual(4);
    });
  });
});
