import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/instant.ts';
import { parseSelector } from '../../src/base/selector.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import type { Host } from '../../src/sim/host.ts';
import { World } from '../../src/sim/world.ts';
import { BAD_LINK } from './bad-link.ts';
import { forEachSeed } from './seeds.ts';
import { ADDRESS, policyOf, PSK } from './two-gateways.ts';

const NAT = ADDRESS.a;

/** The two gateways themselves, whatever they say to each other. */
function betweenHosts(policy: ConnectionPolicy): ConnectionPolicy {
  const any = parseSelector('0.0.0.0/0');
  return {
    ...policy,
    tunnels: policy.tunnels.map((tunnel) => ({ ...tunnel, mode: 'transport', local: any, remote: any })),
  };
}

function hosts(seed: string, natted: boolean, bad = false) {
  const world = new World(seed);
  const psks = [{ secret: PSK }];
  const address = natted ? ADDRESS.inner : ADDRESS.a;
  const a = world.host({
    ...{ name: 'a', address, psks },
    connections: [betweenHosts(policyOf('a', {}, { local: address, remote: ADDRESS.b }))],
  });
  const b = world.host({
    ...{ name: 'b', address: ADDRESS.b, psks },
    connections: [betweenHosts(policyOf('b', {}, { local: ADDRESS.b, remote: natted ? 'any' : ADDRESS.a }))],
  });
  const quality = bad ? BAD_LINK : {};
  if (natted) {
    const nat = world.natBox({ name: 'nat', outside: NAT });
    world.link(a, nat.inside);
    world.link(nat.outside, b, quality);
  } else world.link(a, b, quality);
  return { world, a, b, address };
}

/** An echo request from each to the other, by the address that it knows it by, and its answer. */
function answersBothWays(world: World, a: Host, b: Host, own: typeof NAT): boolean {
  const pings = [a.esp.ping(own, ADDRESS.b), b.esp.ping(ADDRESS.b, NAT)];
  world.run(seconds(1));
  return pings.every(({ answered }) => answered);
}

describe('transport mode between two hosts', () => {
  it.each([
    ['without a NAT', false],
    ['with one before the initiator, which each end knows by another address', true],
  ])('carries packets both ways %s', (_, natted) => {
    const { world, a, b, address } = hosts('transport', natted);
    a.initiate('link');
    world.run(seconds(1));
    const encapsulation = natted ? 'udp' : 'none';
    const sas = [a, b].flatMap((host) => host.esp.installed.map((sa) => `${sa.mode} ${sa.encapsulation}`));
    expect(sas).toEqual(Array.from({ length: 4 }, () => `transport ${encapsulation}`));
    expect(answersBothWays(world, a, b, address)).toBe(true);
  });

  it('comes up over a bad link, with a NAT and without', () => {
    forEachSeed('transport mode under loss', 20, (seed) => {
      const { world, a, b } = hosts(seed, seed.length % 2 === 0 || seed.endsWith('1'), true);
      a.initiate('link');
      expect(
        world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(900)),
        world.trace(),
      ).toBe(true);
    });
  });
});
