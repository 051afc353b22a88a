import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { seconds } from '../../src/base/instant.ts';
import { EXCHANGE } from '../../src/ike/wire/numbers.ts';
import { passesBothWays, twoGateways } from './two-gateways.ts';

describe('a Quick Mode that nobody answers', () => {
  it('ends an initiator’s ISAKMP SA, whose peer may have lost it, and the next attempt begins with a new one', () => {
    const { world, a, b, link } = twoGateways('peer lost the SA', {}, { both: { ipsecLifetime: seconds(600) } });
    a.initiate('link');
    world.run(seconds(1));
    b.crash();
    b.start();
    // b is no longer the one that is named in any SA of a; the pair expires, and Quick Mode under the old ISAKMP SA is in vain.
    world.run(seconds(599 + 63 + 10));
    expect(a.told('phase1.ended').map(({ reason }) => reason)).toEqual(['phase1-lost']);
    expect(passesBothWays(world, a, b)).toBe(true);
    expect(link.there.counters.lost).toBe(0);
  });

  it('is begun again where the ISAKMP SA ends before it', () => {
    const lifetimes = { isakmpLifetime: seconds(630), ipsecLifetime: seconds(600) };
    const { world, a, b, link } = twoGateways('SA ends before', {}, { both: lifetimes });
    a.initiate('link');
    world.run(seconds(500));
    link.change({ blocked: true });
    world.run(seconds(140));
    expect(a.told('phase2.failed').map(({ failure }) => failure.code)).toEqual(['CANCELLED']);
    link.change({ blocked: false });
    world.run(seconds(60));
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('makes a responder whose answer was in vain tell the initiator, who may hold the SAs', () => {
    const { world, a, b, link } = twoGateways('third message lost');
    let quickModes = 0;
    // Of a's messages of Quick Mode only the first arrives, until b gives up.
    link.there.onPath = (packet) => (packet.bytes[18] === EXCHANGE.QUICK_MODE && quickModes++ > 0 ? [] : [packet]);
    a.initiate('link');
    world.runUntil(() => b.told('phase2.failed').length > 0, seconds(120));
    link.there.onPath = undefined;
    expect(a.isUp('link')).toBe(true);
    world.run(seconds(1));
    expect(a.told('phase2.ended').map(({ reason }) => reason)).toEqual(['deleted-by-peer']);
    world.run(seconds(10));
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('makes a responder say so as long as a message is repeated: the first three Deletes may be lost', () => {
    const { world, a, b, link } = twoGateways('third message and Deletes lost');
    let quickModes = 0;
    link.there.onPath = (packet) => (packet.bytes[18] === EXCHANGE.QUICK_MODE && quickModes++ > 0 ? [] : [packet]);
    let deletes = 0;
    link.back.onPath = (packet) => (packet.bytes[18] === EXCHANGE.INFORMATIONAL && deletes++ < 3 ? [] : [packet]);
    a.initiate('link');
    world.runUntil(() => b.told('phase2.failed').length > 0, seconds(120));
    link.there.onPath = undefined;
    world.run(seconds(6));
    expect([deletes, a.told('phase2.ended').length]).toEqual([3, 0]);
    world.run(seconds(2));
    expect(a.told('phase2.ended').map(({ reason }) => reason)).toEqual(['deleted-by-peer']);
    world.run(seconds(10));
    expect(passesBothWays(world, a, b)).toBe(true);
    world.run(seconds(120));
    expect(deletes).toBe(7);
  });

  it('is told under another ISAKMP SA where the peer has ended the one that it was begun under', () => {
    const { world, a, b, link } = twoGateways('SA ended meanwhile', {}, { both: { isakmpLifetime: seconds(50) } });
    // b's own phase 1 comes a second later; of the Quick Mode that a begins, only the first message arrives.
    let mainModes = 0;
    link.back.onPath = (packet) => (packet.bytes[18] === EXCHANGE.MAIN_MODE && mainModes++ === 0 ? [] : [packet]);
    const quickModes: string[] = [];
    link.there.onPath = (packet) => {
      if (packet.bytes[18] !== EXCHANGE.QUICK_MODE) return [packet];
      quickModes.push(toHex(packet.bytes.subarray(20, 24)));
      return quickModes.length > 1 && quickModes.at(-1) === quickModes[0] ? [] : [packet];
    };
    b.initiate('link');
    a.initiate('link');
    world.run(seconds(49));
    expect([a.esp.installed.length, b.esp.installed.length]).toEqual([4, 3]);
    world.run(seconds(1.5));
    expect(a.told('phase2.ended').map(({ reason }) => reason)).toEqual(['deleted-by-peer']);
    expect(passesBothWays(world, a, b)).toBe(true);
  });
});
