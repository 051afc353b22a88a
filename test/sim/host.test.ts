import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../src/base/instant.ts';
import type { Packet } from '../../src/sim/packet.ts';
import { ADDRESS, passesBothWays, twoGateways } from './two-gateways.ts';

describe('a simulated host', () => {
  it('takes its time for jobs, and the negotiation waits for them', () => {
    const { world, a, b } = twoGateways('slow', {}, { both: { host: { jobDelay: milliseconds(500) } } });
    a.initiate('link');
    world.run(milliseconds(100));
    expect([a.jobs, b.jobs]).toEqual([1, 0]);
    world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(60));
    // a: g^x, g^xy, PSK, SPI; b: both at once, and in their place PSK and SPI beside them. The messages take 90 ms.
    expect(world.now).toBe(90 + 6 * 500);
    expect([a.jobs, b.jobs]).toEqual([0, 0]);
  });

  it('loses everything when it crashes, jobs too, and hears nothing until it starts again', () => {
    const { world, a, b } = twoGateways('crash', {}, { both: { host: { jobDelay: milliseconds(500) } } });
    a.initiate('link');
    world.run(milliseconds(100));
    a.crash();
    expect([a.up, a.jobs, a.isUp('link')]).toEqual([false, 0, false]);
    expect(() => a.endpoint).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    const events = a.events.length;
    world.run(seconds(100));
    expect(a.events).toHaveLength(events);
    a.start();
    expect(() => a.start()).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    a.initiate('link');
    world.runUntil(() => a.isUp('link') && b.isUp('link'), seconds(60));
    expect(passesBothWays(world, a, b)).toBe(true);
  });

  it('has other random numbers in each life', () => {
    const { world, a, link } = twoGateways('lives', { blocked: true });
    const cookies: string[] = [];
    link.there.onPath = (packet) => {
      cookies.push(packet.bytes.subarray(0, 8).join());
      return [];
    };
    for (let life = 0; life < 2; life++) {
      a.initiate('link');
      world.run(milliseconds(1));
      a.crash();
      a.start();
    }
    expect(new Set(cookies).size).toBe(2);
  });

  it('is not meant by packets to another address', () => {
    const { world, a, b, link } = twoGateways('another address');
    link.there.onPath = (packet) => [{ ...packet, destination: { ...packet.destination, address: ADDRESS.inner } }];
    a.initiate('link');
    world.run(seconds(1));
    expect(b.events).toEqual([]);
  });

  it('sends ESP as protocol 50, or from port to port in UDP, as was agreed', () => {
    for (const natt of ['off', 'force'] as const) {
      const { world, a, link } = twoGateways(natt, {}, { both: { natt } });
      a.initiate('link');
      world.run(seconds(1));
      const sent: Packet[] = [];
      link.there.onPath = (packet) => {
        sent.push(packet);
        return [packet];
      };
      const ping = a.ping('link');
      world.run(seconds(1));
      expect(ping).toEqual({ left: true, answered: true });
      expect(sent.map(({ protocol, source, destination }) => [protocol, source.port, destination.port])).toEqual(
        natt === 'off' ? [['esp', 0, 0]] : [['udp', 4500, 4500]],
      );
    }
  });

  it('says what it cannot do', () => {
    const { a } = twoGateways('unknown');
    expect(a.ping('link')).toEqual({ left: false, answered: false });
    expect(() => a.ping('nobody')).toThrow(expect.objectContaining({ code: 'UNKNOWN_NAME' }));
    expect(() => a.ping('link', 'nothing')).toThrow(expect.objectContaining({ code: 'UNKNOWN_NAME' }));
    expect(() => a.initiate('nobody')).toThrow(expect.objectContaining({ code: 'UNKNOWN_NAME' }));
  });
});
