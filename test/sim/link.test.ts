import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { instant, milliseconds } from '../../src/base/instant.ts';
import { Link, type LinkQuality } from '../../src/sim/link.ts';
import type { Packet } from '../../src/sim/packet.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { VirtualClock } from '../../src/sim/virtual-clock.ts';

const packet = (number: number): Packet => ({
  protocol: 'udp',
  source: { address: requireIpAddress('192.0.2.1'), port: 500 },
  destination: { address: requireIpAddress('198.51.100.2'), port: 500 },
  bytes: Uint8Array.of(number >>> 8, number),
});
const numberOf = ({ bytes }: Packet): number => ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);

/** A link with a sender at one end, and what arrived at the other and when. */
function wired(seed: string, quality: Partial<LinkQuality>) {
  const clock = new VirtualClock();
  const arrived: { at: number; packet: Packet }[] = [];
  let transmit: (sent: Packet) => void = () => undefined;
  const sender = { name: 'a', plug: (to: typeof transmit) => (transmit = to), receive: () => undefined };
  const receiver = {
    name: 'b',
    plug: () => undefined,
    receive: (got: Packet) => arrived.push({ at: clock.now, packet: got }),
  };
  const link = new Link(clock, new SeededRandom(seed), [sender, receiver], quality);
  const run = (): void => {
    while (clock.step());
  };
  const sendMany = (count: number): void => {
    for (let i = 0; i < count; i++) clock.at(instant(i + 1), () => transmit(packet(i)));
    run();
  };
  return { clock, arrived, link, send: (sent: Packet) => transmit(sent), run, sendMany };
}

describe('a link', () => {
  it('delivers after its latency, in order', () => {
    const { arrived, sendMany } = wired('good', { latency: milliseconds(10) });
    sendMany(100);
    expect(arrived.map(({ at, packet: got }) => [at, numberOf(got)])).toEqual(
      Array.from({ length: 100 }, (_, i) => [i + 11, i]),
    );
  });

  it('loses, doubles, holds back and damages as often as it is told to', () => {
    const { arrived, link, sendMany } = wired('bad', {
      loss: 0.3,
      duplication: 0.1,
      reordering: 0.2,
      corruption: 0.05,
    });
    sendMany(10_000);
    const { sent, lost, duplicated, heldBack, corrupted, delivered } = link.there.counters;
    expect([sent, delivered, arrived.length]).toEqual([10_000, 10_000 - lost + duplicated, 10_000 - lost + duplicated]);
    expect(lost / sent).toBeCloseTo(0.3, 1);
    expect(duplicated / (sent - lost)).toBeCloseTo(0.1, 1);
    expect(heldBack / delivered).toBeCloseTo(0.2, 1);
    expect(corrupted / delivered).toBeCloseTo(0.05, 1);
    const order = arrived.map(({ packet: got }) => numberOf(got));
    expect(order).not.toEqual(order.toSorted((a, b) => a - b));
  });

  it('has the same chances for the same seed, and others for another', () => {
    const lost = (seed: string): number[] => {
      const { arrived, sendMany } = wired(seed, { loss: 0.5, jitter: milliseconds(50) });
      sendMany(200);
      return arrived.map(({ at, packet: got }) => at * 1000 + numberOf(got));
    };
    expect(lost('one')).toEqual(lost('one'));
    expect(lost('one')).not.toEqual(lost('two'));
  });

  it('lets nothing through where it is blocked, in that direction', () => {
    const { arrived, link, send, run } = wired('blocked', {});
    link.there.change({ blocked: true });
    send(packet(1));
    run();
    link.there.change({ blocked: false });
    send(packet(2));
    run();
    expect(arrived.map(({ packet: got }) => numberOf(got))).toEqual([2]);
    expect(link.back.quality.blocked).toBe(false);
  });

  it('turns over one bit of a packet that it damages, and leaves the sender’s octets alone', () => {
    const { arrived, send, run } = wired('damage', { corruption: 1 });
    const sent = packet(0);
    send(sent);
    run();
    const bits = arrived.map(({ packet: got }) => numberOf(got).toString(2).replaceAll('0', '').length);
    expect(bits).toEqual([1]);
    expect([...sent.bytes]).toEqual([0, 0]);
  });

  it('asks somebody on the path first, who does not see again what he sends himself', () => {
    const { arrived, link, send, run } = wired('on path', {});
    let seen = 0;
    link.there.onPath = (passing) => {
      seen++;
      link.there.inject(packet(7));
      return [passing, packet(8)];
    };
    send(packet(1));
    run();
    expect(arrived.map(({ packet: got }) => numberOf(got))).toEqual([7, 1, 8]);
    expect(seen).toBe(1);
  });
});
