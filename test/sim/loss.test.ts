import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../src/base/instant.ts';
import { GOOD_LINK } from '../../src/sim/link.ts';
import { BAD_LINK } from './bad-link.ts';
import { forEachSeed } from './seeds.ts';
import { keepBusy, passesBothWays, twoGateways } from './two-gateways.ts';

const LIMIT = seconds(900);

describe('two gateways', () => {
  it('come up in nine messages on a good link', () => {
    const { world, a, b } = twoGateways('good link');
    a.initiate('link');
    expect(world.runUntil(() => a.isUp('link') && b.isUp('link'), LIMIT)).toBe(true);
    // Six messages of Main Mode and three of Quick Mode, 10 ms each.
    expect(world.now).toBe(90);
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('come up over a link that loses 30 %, doubles, delays and reorders', () => {
    forEachSeed('loss', 300, (seed) => {
      const { world, a, b, link } = twoGateways(seed, BAD_LINK);
      a.initiate('link');
      keepBusy(world, a);
      const up = world.runUntil(() => a.isUp('link') && b.isUp('link'), LIMIT);
      expect(up, world.trace()).toBe(true);
      link.change(GOOD_LINK);
      expect(passesBothWays(world, a, b), world.trace()).toBe(true);
    });
  });

  it('come up so with PFS, slow jobs and several tunnels at once', () => {
    forEachSeed('slow jobs', 40, (seed) => {
      const group = seed.endsWith('0') ? 'modp2048' : 'ecp256';
      const both = {
        suites: [{ cipher: 'aes256', hash: 'sha384', group } as const],
        esp: [{ cipher: 'aes256', integrity: 'sha256', group } as const],
        tunnels: 3,
        host: { jobDelay: milliseconds(300) },
      };
      const { world, a, b, link } = twoGateways(seed, BAD_LINK, { both });
      const tunnels = ['net0', 'net1', 'net2'];
      a.initiate('link');
      keepBusy(world, a);
      const up = world.runUntil(() => a.isUp('link') && b.isUp('link'), LIMIT);
      expect(up, world.trace()).toBe(true);
      link.change(GOOD_LINK);
      expect(passesBothWays(world, a, b, tunnels), world.trace()).toBe(true);
    });
  });

  it('come up after an hour in which nothing gets through, within the longest wait between attempts', () => {
    forEachSeed('cut off', 20, (seed) => {
      const { world, a, b, link } = twoGateways(seed, { blocked: true });
      a.initiate('link');
      world.run(seconds(3600));
      expect(a.told('phase1.failed').every(({ failure }) => failure.code === 'PEER_SILENT')).toBe(true);
      link.change({ blocked: false });
      // 300 s and a quarter of jitter between two attempts, after up to 16 s in which one gives up.
      const up = world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(391));
      expect(up, world.trace()).toBe(true);
    });
  });
});
