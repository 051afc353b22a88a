import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/instant.ts';
import { GOOD_LINK, type LinkQuality } from '../../src/sim/link.ts';
import type { NatBoxOptions } from '../../src/sim/nat-box.ts';
import { World } from '../../src/sim/world.ts';
import { BAD_LINK } from './bad-link.ts';
import { forEachSeed } from './seeds.ts';
import { ADDRESS, type GatewayOptions, keepBusy, passesBothWays, policyOf, PSK, twoGateways } from './two-gateways.ts';

const NAT = ADDRESS.a;

/** `a` behind a NAT box, which has the address that `b` knows it by; `b` takes it from anywhere. */
function behindNat(
  seed: string,
  quality: Partial<LinkQuality> = {},
  box: Partial<NatBoxOptions> = {},
  both: GatewayOptions = {},
) {
  const world = new World(seed);
  const psks = [{ secret: PSK }];
  const a = world.host({
    ...{ name: 'a', address: ADDRESS.inner, psks },
    connections: [policyOf('a', both, { local: ADDRESS.inner, remote: ADDRESS.b })],
  });
  const b = world.host({
    ...{ name: 'b', address: ADDRESS.b, psks },
    connections: [policyOf('b', both, { local: ADDRESS.b, remote: 'any' })],
  });
  const nat = world.natBox({ name: 'nat', outside: NAT, ...box });
  world.link(a, nat.inside);
  const link = world.link(nat.outside, b, quality);
  return { world, a, b, nat, link };
}

describe('a gateway behind a NAT box', () => {
  it('is discovered from both ends, floats to port 4500 and has ESP in UDP (RFC 3947 §3.2, §4)', () => {
    const { world, a, b, nat } = behindNat('nat');
    a.initiate('link');
    world.run(seconds(1));
    const judged = [a, b].map((host) =>
      host.told('nat.detected').map(({ localBehindNat, remoteBehindNat }) => [localBehindNat, remoteBehindNat]),
    );
    expect(judged).toEqual([[[true, false]], [[false, true]]]);
    const ports = a.esp.installed.map(({ encapsulation, local, remote }) => [encapsulation, local.port, remote.port]);
    expect(ports).toEqual([
      ['udp', 4500, 4500],
      ['udp', 4500, 4500],
    ]);
    // One mapping for port 500, one for 4500, and b sees the second.
    expect(nat.mappings).toBe(2);
    expect(b.esp.installed.map(({ remote }) => [remote.address, remote.port >= 20_000])).toEqual([
      [NAT, true],
      [NAT, true],
    ]);
    expect(passesBothWays(world, a, b)).toBe(true);
    expect(nat.drops).toEqual({ unmapped: 0, filtered: 0, protocol: 0 });
  });

  it('comes up over a bad link, whatever kind of NAT it is', () => {
    forEachSeed('nat under loss', 80, (seed) => {
      const mapping = seed.endsWith('0') || seed.endsWith('5') ? 'endpoint-dependent' : 'endpoint-independent';
      const { world, a, b, link } = behindNat(seed, BAD_LINK, { mapping });
      a.initiate('link');
      keepBusy(world, a);
      expect(
        world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(900)),
        world.trace(),
      ).toBe(true);
      link.change(GOOD_LINK);
      expect(passesBothWays(world, a, b), world.trace()).toBe(true);
    });
  });

  it.each([
    ['can be reached as long as keepalives keep its mapping', 20, true],
    ['cannot be reached when it sends none', 0, false],
  ])('%s (RFC 3948 §4)', (_what, keepalive, reached) => {
    const both = { keepalive: seconds(keepalive) };
    const { world, a, b, nat } = behindNat('keepalives', {}, { timeout: seconds(30) }, both);
    a.initiate('link');
    world.run(seconds(3000));
    const ping = b.ping('link');
    world.run(seconds(1));
    expect(ping).toEqual({ left: true, answered: reached });
    expect(nat.drops.unmapped).toBe(reached ? 0 : 1);
  });
});

describe('encapsulation that one side forces', () => {
  it.each([
    ['the initiator', { a: { natt: 'force' } }],
    ['the responder', { b: { natt: 'force' } }],
    ['both', { both: { natt: 'force' } }],
  ] as const)('by %s: both do it, though there is no NAT', (_who, options) => {
    const { world, a, b } = twoGateways('forced', {}, options);
    a.initiate('link');
    world.run(seconds(1));
    expect([...a.esp.installed, ...b.esp.installed].map(({ encapsulation }) => encapsulation)).toEqual(
      Array.from({ length: 4 }, () => 'udp'),
    );
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('comes up over a bad link', () => {
    forEachSeed('forced under loss', 60, (seed) => {
      const options = seed.endsWith('1') ? { b: { natt: 'force' } as const } : { a: { natt: 'force' } as const };
      const { world, a, b, link } = twoGateways(seed, BAD_LINK, options);
      a.initiate('link');
      keepBusy(world, a);
      expect(
        world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(900)),
        world.trace(),
      ).toBe(true);
      link.change(GOOD_LINK);
      expect(passesBothWays(world, a, b), world.trace()).toBe(true);
    });
  });
});
