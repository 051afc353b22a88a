import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../src/base/instant.ts';
import type { Host } from '../../src/sim/host.ts';
import type { Link, LinkDirection } from '../../src/sim/link.ts';
import type { Packet } from '../../src/sim/packet.ts';
import type { World } from '../../src/sim/world.ts';
import { forEachSeed } from './seeds.ts';
import { passesBothWays, twoGateways } from './two-gateways.ts';

const turned = (packet: Packet, at: number, by: number): Packet => {
  const bytes = packet.bytes.slice();
  bytes[at] = (bytes[at] ?? 0) ^ by;
  return { ...packet, bytes };
};

const ends = (...hosts: readonly Host[]): unknown[] =>
  hosts.flatMap((host) => [
    ...host.told('phase1.failed'),
    ...host.told('phase2.failed'),
    ...host.told('phase1.ended'),
    ...host.told('phase2.ended'),
  ]);

/** Somebody on the path who sends along what `forge` makes of each packet, behind it. */
function alongside(world: World, direction: LinkDirection, forge: (packet: Packet) => readonly Packet[]): void {
  direction.onPath = (packet) => {
    for (const forged of forge(packet)) world.clock.after(milliseconds(1), () => direction.inject(forged));
    return [packet];
  };
}

/**
 * Somebody on the path who sends five damaged copies before each packet. What IKEv1 does not authenticate (all of Main Mode in clear,
 * and what of its encrypted messages no HASH covers) may spoil an attempt so.
 */
function damageFirst(world: World, link: Link): void {
  const chance = world.chance('damage');
  for (const direction of [link.there, link.back])
    direction.onPath = (packet) => {
      const damaged = Array.from({ length: 5 }, () =>
        turned(packet, chance.u32() % packet.bytes.length, 1 << (chance.u32() % 8)),
      );
      return [...damaged, packet];
    };
}

describe('somebody on the path', () => {
  it('who sends each packet again with every octet of it changed in turn ends nothing', () => {
    for (const by of [0x01, 0x80, 0xff]) {
      const { world, a, b, link } = twoGateways(`every octet ${by}`);
      const forge = (packet: Packet): Packet[] => Array.from(packet.bytes, (_, at) => turned(packet, at, by));
      alongside(world, link.there, forge);
      alongside(world, link.back, forge);
      a.initiate('link');
      world.run(seconds(60));
      expect(link.there.counters.sent + link.back.counters.sent).toBeGreaterThan(1500);
      // Forged first messages are half-open exchanges until their time is over; nothing else has ended.
      expect(b.endpoint.sas.size).toBeGreaterThan(1);
      expect(ends(a, b), world.trace()).toEqual([]);
      link.there.onPath = undefined;
      link.back.onPath = undefined;
      expect(passesBothWays(world, a, b)).toBe(true);
      world.run(seconds(10));
      expect(b.endpoint.sas.size).toBe(1);
    }
  });

  it('who cuts each packet at every length ends nothing', () => {
    const { world, a, b, link } = twoGateways('every length');
    const forge = (packet: Packet): Packet[] =>
      Array.from(packet.bytes, (_, length) => ({ ...packet, bytes: packet.bytes.slice(0, length) }));
    alongside(world, link.there, forge);
    alongside(world, link.back, forge);
    a.initiate('link');
    world.run(seconds(60));
    expect(ends(a, b), world.trace()).toEqual([]);
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('who is faster than the peer and sends damaged packets before each genuine one spoils attempts, and one after that comes up', () => {
    forEachSeed('damaged first', 60, (seed) => {
      const { world, a, b, link } = twoGateways(seed);
      damageFirst(world, link);
      a.initiate('link');
      world.run(seconds(60));
      link.there.onPath = undefined;
      link.back.onPath = undefined;
      expect(
        world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(1000)),
        world.trace(),
      ).toBe(true);
      expect(passesBothWays(world, a, b), world.trace()).toBe(true);
    });
  });

  it('who plays every packet of a run again, later and many times, ends and begins nothing', () => {
    const { world, a, b, link } = twoGateways('replay');
    const seen: (readonly [LinkDirection, Packet])[] = [];
    for (const direction of [link.there, link.back])
      direction.onPath = (packet) => {
        seen.push([direction, packet]);
        return [packet];
      };
    a.initiate('link');
    world.run(seconds(5));
    expect(passesBothWays(world, a, b)).toBe(true);
    const before = [a, b].map((host) => host.esp.installed.map(({ spi }) => spi));
    // While answers are remembered, when they are not any more, and much later.
    for (const wait of [0, 200, 3000]) {
      world.run(seconds(wait));
      for (let time = 0; time < 30; time++) {
        for (const [direction, packet] of seen) direction.inject(packet);
        world.run(seconds(1));
      }
    }
    // The first message alone cannot be told from a new one, and is a half-open exchange for its time.
    expect(b.told('phase1.established')).toHaveLength(1);
    expect([a, b].map((host) => host.esp.installed.map(({ spi }) => spi))).toEqual(before);
    expect([...a.told('phase2.ended'), ...b.told('phase2.ended')]).toEqual([]);
    expect(b.esp.drops.of('replayed') + b.esp.drops.of('too-old')).toBeGreaterThan(0);
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('who plays back to each what it said itself changes nothing', () => {
    const { world, a, b, link } = twoGateways('reflection');
    const reflect = (packet: Packet): Packet => ({ ...packet, source: packet.destination, destination: packet.source });
    link.there.onPath = (packet) => (link.back.inject(reflect(packet)), [packet]);
    link.back.onPath = (packet) => (link.there.inject(reflect(packet)), [packet]);
    a.initiate('link');
    world.run(seconds(60));
    expect(ends(a, b), world.trace()).toEqual([]);
    expect(passesBothWays(world, a, b), world.trace()).toBe(true);
  });
});
