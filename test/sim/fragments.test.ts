import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/instant.ts';
import { GOOD_LINK } from '../../src/sim/link.ts';
import { BAD_LINK } from './bad-link.ts';
import { forEachSeed } from './seeds.ts';
import { keepBusy, passesBothWays, twoGateways } from './two-gateways.ts';

const LIMIT = seconds(900);
/** With it every message from the third on goes in two or three fragments. */
const BOTH = { fragmentSize: 148 } as const;

describe('two gateways whose messages go in fragments of IKE', () => {
  it('come up as fast as without them on a good link', () => {
    const { world, a, b } = twoGateways('good link', {}, { both: BOTH });
    a.initiate('link');
    expect(world.runUntil(() => a.isUp('link') && b.isUp('link'), LIMIT)).toBe(true);
    expect(world.now).toBe(90);
    expect([...a.told('datagram.dropped'), ...b.told('datagram.dropped')]).toEqual([]);
  });

  it('come up over a link that loses 30 % of the fragments, doubles, delays and reorders them, with three tunnels at once', () => {
    forEachSeed('fragments', 40, (seed) => {
      const { world, a, b, link } = twoGateways(seed, BAD_LINK, { both: { ...BOTH, tunnels: 3 } });
      a.initiate('link');
      keepBusy(world, a);
      const up = world.runUntil(() => a.isUp('link') && b.isUp('link'), LIMIT);
      expect(up, world.trace()).toBe(true);
      link.change(GOOD_LINK);
      expect(passesBothWays(world, a, b, ['net0', 'net1', 'net2']), world.trace()).toBe(true);
      world.run(seconds(31));
      expect([a, b].map(({ endpoint }) => endpoint.gate.reassembly.size)).toEqual([0, 0]);
    });
  });
});
