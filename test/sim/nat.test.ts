import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { seconds } from '../../src/base/instant.ts';
import { GOOD_LINK, type LinkQuality } from '../../src/sim/link.ts';
import type { NatBoxOptions } from '../../src/sim/nat-box.ts';
import type { Packet } from '../../src/sim/packet.ts';
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

/** The NAT-T port at which `b` has its peer: in IKE and in ESP, which have to agree. */
function peersPort({ b }: ReturnType<typeof behindNat>): number | undefined {
  const ports = [
    ...[...(b.endpoint.connections.get('link')?.sas ?? [])].map(({ channel }) => channel.remote.port),
    ...b.esp.installed.map(({ remote }) => remote.port),
  ];
  return new Set(ports).size === 1 ? ports[0] : undefined;
}

describe('a NAT box that is restarted', () => {
  it('makes the side before it follow the first authentic ESP packet, in one step, and lose nothing (RFC 3947 §7)', () => {
    const net = behindNat('rebind by ESP');
    const { world, a, b, nat } = net;
    a.initiate('link');
    world.run(seconds(10));
    const before = peersPort(net);
    nat.reboot();
    // The answer goes to where the request came from.
    const ping = a.ping('link');
    world.run(seconds(1));
    expect(ping).toEqual({ left: true, answered: true });
    expect(b.told('peer.moved')).toEqual([
      {
        ...{ name: 'peer.moved', connection: 'link', peer: '@a.example' },
        from: { address: NAT, port: before },
        to: { address: NAT, port: peersPort(net) },
      },
    ]);
    expect([peersPort(net) === before, a.told('peer.moved')]).toEqual([false, []]);
    expect(passesBothWays(world, a, b)).toBe(true);
    expect(b.told('phase2.established')).toHaveLength(1);
  });

  it('makes it follow an authentic IKE message, and answer there', () => {
    const net = behindNat('rebind by IKE');
    const { world, a, b, nat } = net;
    a.initiate('link');
    world.run(seconds(10));
    const before = peersPort(net);
    nat.reboot();
    a.command({ type: 'renew', connection: 'link', phase: 2 });
    world.run(seconds(1));
    expect(a.told('message.resent')).toEqual([]);
    expect([b.told('peer.moved').length, peersPort(net) === before]).toEqual([1, false]);
    expect(a.told('phase2.established')).toHaveLength(2);
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('makes nobody follow what is no authentic, fresh packet', () => {
    const net = behindNat('rebind by nobody');
    const { world, a, b, link } = net;
    a.initiate('link');
    world.run(seconds(10));
    const seen: Packet[] = [];
    link.there.onPath = (packet) => {
      seen.push(packet);
      return [packet];
    };
    a.ping('link');
    a.command({ type: 'renew', connection: 'link', phase: 2 });
    world.run(seconds(1));
    const before = peersPort(net);
    const elsewhere = { address: requireIpAddress('203.0.113.66'), port: 4500 };
    for (const packet of seen.filter(({ destination }) => destination.address === ADDRESS.b)) {
      b.receive({ ...packet, source: elsewhere });
      const changed = packet.bytes.slice();
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
      b.receive({ ...packet, source: elsewhere, bytes: changed });
    }
    // An echo in ESP, and the two messages of a renewal.
    expect(seen).toHaveLength(3);
    expect([b.told('peer.moved'), peersPort(net)]).toEqual([[], before]);
  });

  it('may do so four times in a row, and then once in ten seconds', () => {
    const { world, a, b, nat } = behindNat('rebind often');
    a.initiate('link');
    world.run(seconds(20));
    for (let i = 0; i < 20; i++) {
      nat.reboot();
      a.ping('link');
      world.run(seconds(2));
    }
    expect(b.told('peer.moved')).toHaveLength(4 + 3);
    world.run(seconds(60));
    a.ping('link');
    world.run(seconds(1));
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('comes to nothing under loss and renewals that is not mended by the next packet', () => {
    forEachSeed('rebind under loss', 60, (seed) => {
      const renewal = { margin: seconds(30), fuzz: 1 };
      const both = { ipsecLifetime: seconds(120), isakmpLifetime: seconds(300), renewal };
      const net = behindNat(seed, BAD_LINK, {}, both);
      const { world, a, b, nat, link } = net;
      a.initiate('link');
      const traffic = keepBusy(world, a);
      expect(world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(900))).toBe(true);
      for (let i = 0; i < 5; i++) {
        world.run(seconds(20 + (world.chance(`when ${i}`).u32() % 100)));
        nat.reboot();
      }
      link.change(GOOD_LINK);
      world.run(seconds(200));
      traffic.stop();
      expect(passesBothWays(world, a, b), world.trace()).toBe(true);
    });
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
