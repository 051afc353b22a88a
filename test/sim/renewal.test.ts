import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../src/base/instant.ts';
import type { Host } from '../../src/sim/host.ts';
import { GOOD_LINK } from '../../src/sim/link.ts';
import { BAD_LINK } from './bad-link.ts';
import { forEachSeed } from './seeds.ts';
import { steadyPings } from './steady-pings.ts';
import { inUse, passesBothWays, twoGateways } from './two-gateways.ts';

const RENEWAL = { margin: seconds(60), fuzz: 1 };

const reasons = (host: Host): string[] => host.told('phase2.ended').map(({ reason }) => reason);

describe('renewal before expiry', () => {
  it('of phase 2 a hundred times in a row loses not one packet', () => {
    const { world, a, b } = twoGateways(
      'a hundred renewals',
      {},
      { both: { ipsecLifetime: seconds(240), renewal: RENEWAL } },
    );
    a.initiate('link');
    world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(10));
    expect(steadyPings(world, [a, b], 30_000, 520)).toBe(0);
    expect(a.told('phase2.established').length).toBeGreaterThan(100);
    expect(reasons(a).filter((reason) => reason !== 'replaced' && reason !== 'deleted-by-peer')).toEqual([]);
    expect(a.told('phase1.established')).toHaveLength(1);
  });

  it('of phase 1 moves later exchanges to the new SA and leaves the IPsec SAs alone', () => {
    const both = { isakmpLifetime: seconds(600), renewal: RENEWAL };
    const { world, a, b } = twoGateways('phase 1 renewed', {}, { both });
    a.initiate('link');
    world.run(seconds(10));
    expect(steadyPings(world, [a, b], 9000)).toBe(0);
    expect(a.told('phase1.established').map(({ sa }) => sa.role)).toEqual(['initiator', 'initiator']);
    expect(a.told('phase1.ended').map(({ reason }) => reason)).toEqual(['replaced']);
    expect(a.told('phase2.established')).toHaveLength(1);
    expect(a.endpoint.sas.size).toBe(1);
    expect(b.endpoint.sas.size).toBe(1);
  });

  it('is begun by the side that initiated; the other waits for half of the margin', () => {
    const { world, a, b } = twoGateways('who renews', {}, { both: { ipsecLifetime: seconds(600), renewal: RENEWAL } });
    a.initiate('link');
    world.run(seconds(590));
    expect(a.told('phase2.started').map(({ role }) => role)).toEqual(['initiator', 'initiator']);
    // With a that cannot, because nothing of it arrives from before its own time on, b does.
    expect(b.told('phase2.started').map(({ role }) => role)).toEqual(['responder', 'responder']);
  });

  it('is done by the responder where the initiator only lets expire', () => {
    const { world, a, b } = twoGateways(
      'the other renews',
      {},
      {
        a: { ipsecLifetime: seconds(600) },
        b: { ipsecLifetime: seconds(600), renewal: RENEWAL },
      },
    );
    a.initiate('link');
    world.run(seconds(10));
    expect(steadyPings(world, [a, b], 9000)).toBe(0);
    expect(b.told('phase2.started').map(({ role }) => role)).toEqual(['responder', 'initiator']);
  });

  it('under loss keeps the tunnel up or brings it back, and in the end one pair carries the packets', () => {
    const both = { isakmpLifetime: seconds(700), ipsecLifetime: seconds(400), renewal: RENEWAL };
    forEachSeed('renewal under loss', 10, (seed) => {
      const { world, a, b, link } = twoGateways(seed, BAD_LINK, { both });
      a.initiate('link');
      if (seed.endsWith('1')) b.initiate('link');
      world.run(seconds(4000));
      link.change(GOOD_LINK);
      world.run(seconds(900));
      expect(passesBothWays(world, a, b), world.trace()).toBe(true);
      expect(a.endpoint.sas.size, world.trace()).toBeLessThanOrEqual(4);
    });
  });

  it('begun by both at once settles on one pair and loses no packet', () => {
    const both = { ipsecLifetime: seconds(600), renewal: { margin: seconds(120), fuzz: 0 } };
    forEachSeed('both renew', 6, (seed) => {
      const { world, a, b } = twoGateways(seed, { jitter: milliseconds(100) }, { both });
      a.initiate('link');
      world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(10));
      world.run(seconds(100));
      for (const host of [a, b]) host.command({ type: 'renew', connection: 'link', phase: 2 });
      expect(steadyPings(world, [a, b], 2000), world.trace()).toBe(0);
      expect(inUse(a), world.trace()).toHaveLength(1);
      expect(inUse(a)).toEqual(inUse(b));
    });
  });
});
