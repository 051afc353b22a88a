import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../src/base/instant.ts';
import { World } from '../../src/sim/world.ts';
import { BAD_LINK } from './bad-link.ts';
import { ADDRESS, keepBusy, passesBothWays, policyOf, PSK, twoGateways } from './two-gateways.ts';

describe('a world', () => {
  it('is the same again for the same seed, to the last event, and another for another', () => {
    const events = (seed: string): unknown => {
      const { world, a, b } = twoGateways(seed, BAD_LINK, { both: { host: { jobDelay: milliseconds(7) } } });
      a.initiate('link');
      keepBusy(world, a);
      world.run(seconds(100));
      return [a.events, b.events];
    };
    expect(events('one')).toEqual(events('one'));
    expect(events('one')).not.toEqual(events('two'));
  });

  it('lets exactly as much time pass as it is told', () => {
    const world = new World('time');
    const done: number[] = [];
    for (const at of [1, 5, 6]) world.clock.after(seconds(at), () => done.push(world.now));
    world.run(seconds(5));
    expect([done, world.now]).toEqual([[1000, 5000], 5000]);
    expect(world.runUntil(() => done.length === 3, seconds(10))).toBe(true);
    expect(world.now).toBe(6000);
    expect(world.runUntil(() => false, seconds(10))).toBe(false);
    expect(world.now).toBe(16_000);
  });

  it('has as many hosts as one likes, behind routers and NAT boxes', () => {
    const world = new World('many');
    const internet = world.router('internet');
    const hub = world.host({
      ...{ name: 'hub', address: ADDRESS.b, psks: [{ secret: PSK }] },
      connections: [policyOf('b', {}, { local: ADDRESS.b, remote: 'any' })],
    });
    world.link(hub, internet.interface([ADDRESS.b]));
    const nat = world.natBox({ name: 'nat', outside: ADDRESS.a });
    world.link(nat.outside, internet.interface([ADDRESS.a]));
    const a = world.host({
      ...{ name: 'a', address: ADDRESS.inner, psks: [{ secret: PSK }] },
      connections: [policyOf('a', {}, { local: ADDRESS.inner, remote: ADDRESS.b })],
    });
    const lan = world.router('lan');
    world.link(a, lan.interface([ADDRESS.inner]));
    world.link(nat.inside, lan.interface('rest'));
    a.initiate('link');
    world.run(seconds(1));
    expect(passesBothWays(world, a, hub)).toBe(true);
    expect([internet.unroutable, lan.unroutable]).toEqual([0, 0]);
  });
});
