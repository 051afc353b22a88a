import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../src/base/instant.ts';
import { GOOD_LINK } from '../../src/sim/link.ts';
import { BAD_LINK } from './bad-link.ts';
import { forEachSeed } from './seeds.ts';
import { keepBusy, passesBothWays, twoGateways } from './two-gateways.ts';

describe('a gateway that is restarted', () => {
  it('in the midst of an exchange comes up with its peer by a later attempt', () => {
    forEachSeed('restart in the midst', 100, (seed) => {
      const { world, a, b } = twoGateways(seed, { jitter: milliseconds(10) });
      a.initiate('link');
      // Nine messages of 10 to 20 ms: somewhere among them.
      world.run(milliseconds(world.chance('when').u32() % 180));
      const [fails, stays] = seed.endsWith('0') ? [a, b] : [b, a];
      fails.crash();
      fails.start();
      world.run(seconds(1));
      // Nobody but the one who was restarted can know that a tunnel is gone that the other believes to be up.
      if (fails === a || a.isUp('link')) fails.initiate('link');
      const up = world.runUntil(() => fails.isUp('link') && stays.isUp('link'), seconds(200));
      expect(up, world.trace()).toBe(true);
      world.run(seconds(200));
      expect(passesBothWays(world, a, b), world.trace()).toBe(true);
    });
  });

  it('after both were up initiates anew, and its INITIAL-CONTACT removes what it no longer has', () => {
    forEachSeed('restart when up', 60, (seed) => {
      const { world, a, b, link } = twoGateways(seed, BAD_LINK);
      a.initiate('link');
      const traffic = keepBusy(world, a);
      expect(world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(900))).toBe(true);
      traffic.stop();
      world.run(seconds(200));
      const before = a.esp.installed.map(({ pair }) => pair);
      b.crash();
      world.run(seconds(1));
      b.start();
      b.initiate('link');
      const more = keepBusy(world, a, b);
      expect(
        world.runUntil(
          () => a.isUp('link') && b.isUp('link') && a.esp.installed.every(({ pair }) => !before.includes(pair)),
          seconds(900),
        ),
        world.trace(),
      ).toBe(true);
      link.change(GOOD_LINK);
      world.run(seconds(200));
      more.stop();
      expect(a.told('phase2.ended').map(({ reason }) => reason)).toContain('initial-contact');
      expect(passesBothWays(world, a, b), world.trace()).toBe(true);
      expect(a.endpoint.sas.size, world.trace()).toBeLessThanOrEqual(2);
    });
  });
});

describe('terminate', () => {
  it('takes the tunnel down at both ends at once, and nobody begins again', () => {
    const { world, a, b } = twoGateways('terminate');
    a.initiate('link');
    world.run(seconds(1));
    a.terminate('link');
    world.run(seconds(1));
    for (const host of [a, b]) {
      expect(host.esp.installed).toEqual([]);
      expect(host.endpoint.sas.size).toBe(0);
    }
    expect(b.told('phase2.ended').map(({ reason }) => reason)).toEqual(['deleted-by-peer']);
    const messages = a.told('message.sent').length;
    world.run(seconds(3600));
    expect(a.told('message.sent')).toHaveLength(messages);
    expect(world.clock.next).toBeUndefined();
  });

  it('at any moment under loss leaves nothing at the one who says it, and what the other kept it replaces when asked again', () => {
    forEachSeed('terminate under loss', 100, (seed) => {
      const { world, a, b, link } = twoGateways(seed, BAD_LINK);
      a.initiate('link');
      world.run(milliseconds(world.chance('when').u32() % 20_000));
      a.terminate('link');
      expect([a.esp.installed, a.esp.reserved.size, a.endpoint.sas.size], world.trace()).toEqual([[], 0, 0]);
      world.run(seconds(300));
      expect([a.esp.installed, a.endpoint.sas.size], world.trace()).toEqual([[], 0]);
      link.change(GOOD_LINK);
      a.initiate('link');
      world.run(seconds(5));
      expect(passesBothWays(world, a, b), world.trace()).toBe(true);
      // INITIAL-CONTACT removed what was left of the first time.
      expect(b.esp.installed, world.trace()).toHaveLength(2);
    });
  });
});
