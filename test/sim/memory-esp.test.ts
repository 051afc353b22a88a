import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { instant, seconds } from '../../src/base/instant.ts';
import { parseSelector } from '../../src/base/selector.ts';
import type { EspNotice, NegotiatedSa } from '../../src/ike/effects.ts';
import { MemoryEsp } from '../../src/sim/memory-esp.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';

const INNER = { a: requireIpAddress('10.1.0.7'), b: requireIpAddress('10.2.0.7') };

/** Two back ends whose packets are brought over by hand. */
function backEnds() {
  const notices: Record<'a' | 'b', EspNotice[]> = { a: [], b: [] };
  const packets: Record<'a' | 'b', Uint8Array[]> = { a: [], b: [] };
  let now = 0;
  const make = (end: 'a' | 'b'): MemoryEsp =>
    new MemoryEsp(new SeededRandom(end), {
      now: () => instant(now),
      notice: (notice) => notices[end].push(notice),
      send: (packet) => packets[end].push(packet),
    });
  const [a, b] = [make('a'), make('b')];
  const exchange = (): void => {
    for (const packet of packets.a.splice(0)) b.receive(packet);
    for (const packet of packets.b.splice(0)) a.receive(packet);
  };
  return { a, b, notices, packets, exchange, pass: (milliseconds: number) => (now += milliseconds) };
}

function sa(at: 'a' | 'b', direction: NegotiatedSa['direction'], changes: Partial<NegotiatedSa> = {}): NegotiatedSa {
  const to = direction === 'inbound' ? at : at === 'a' ? 'b' : 'a';
  const selectors = [parseSelector('10.1.0.0/24'), parseSelector('10.2.0.0/24')] as const;
  const [localSelector, remoteSelector] = at === 'a' ? selectors : [selectors[1], selectors[0]];
  const gateway = { address: requireIpAddress('192.0.2.1'), port: 500 };
  return {
    ...{ spi: to === 'a' ? 0x1001 : 0x1002, direction, pair: 1, connection: 'link', tunnel: 'net' },
    ...{ suite: { cipher: 'aes128gcm16' }, mode: 'tunnel', encapsulation: 'none', local: gateway, remote: gateway },
    keys: { encryption: new Uint8Array(20).fill(to === 'a' ? 1 : 2), integrity: new Uint8Array() },
    ...{ localSelector, remoteSelector, lifetime: { duration: seconds(3600) } },
    ...changes,
  };
}

describe('ESP in a simulated host', () => {
  it('carries echoes with the keys of its SAs, and says once that an inbound SA is used', () => {
    const { a, b, notices, exchange } = backEnds();
    for (const direction of ['inbound', 'outbound'] as const) {
      a.install(sa('a', direction));
      b.install(sa('b', direction));
    }
    const pings = [a.ping(INNER.a, INNER.b), a.ping(INNER.a, INNER.b)];
    exchange();
    expect(pings).toEqual([
      { left: true, answered: true },
      { left: true, answered: true },
    ]);
    expect(notices).toEqual({ a: [{ type: 'inbound-used', pair: 1 }], b: [{ type: 'inbound-used', pair: 1 }] });
  });

  it('drops what comes twice, and what has other keys', () => {
    const { a, b, packets, exchange } = backEnds();
    a.install(sa('a', 'outbound'));
    b.install(sa('b', 'inbound'));
    a.ping(INNER.a, INNER.b);
    const [packet] = packets.a;
    if (packet === undefined) throw new Error('nothing was sent');
    packets.a.push(packet);
    exchange();
    expect(b.drops.of('replayed')).toBe(1);
    a.remove(1, 'outbound');
    a.install(sa('a', 'outbound', { keys: { encryption: new Uint8Array(20).fill(9), integrity: new Uint8Array() } }));
    a.ping(INNER.a, INNER.b);
    a.ping(INNER.a, INNER.b);
    exchange();
    expect(b.drops.of('bad-icv') + b.drops.of('replayed')).toBe(3);
    b.receive(new Uint8Array(100_000));
    expect(b.drops.of('too-big')).toBe(1);
  });

  it('sends nothing without an SA, and nothing when that is removed', () => {
    const { a, packets } = backEnds();
    expect(a.ping(INNER.a, INNER.b).left).toBe(false);
    a.install(sa('a', 'outbound'));
    expect(a.ping(INNER.a, INNER.b).left).toBe(true);
    a.remove(1, 'outbound');
    a.remove(1, 'outbound');
    expect(a.ping(INNER.a, INNER.b).left).toBe(false);
    expect([packets.a.length, a.installed]).toEqual([1, []]);
  });

  it('keeps count of the SPIs that it gave away', () => {
    const { a } = backEnds();
    const [first, second] = [a.allocateSpi(), a.allocateSpi()];
    expect([...a.reserved]).toEqual([first, second]);
    a.releaseSpi(first);
    a.install(sa('a', 'inbound', { spi: second }));
    expect([a.reserved.size, a.installed.map(({ spi }) => spi)]).toEqual([0, [second]]);
  });

  it('says that an SPI is in use, and that a limit in octets has passed', () => {
    const { a, notices } = backEnds();
    for (const pair of [8, 3]) a.install(sa('a', 'inbound', { spi: 0x7777, pair }));
    expect(notices.a).toEqual([{ type: 'failed', pair: 3, reason: expect.stringMatching('^BACKEND_FAILED: ') }]);
    notices.a.length = 0;
    a.install(sa('a', 'outbound', { lifetime: { duration: seconds(3600), kilobytes: 1 } }));
    while (a.ping(INNER.a, INNER.b).left);
    expect(notices.a).toEqual([
      { type: 'expired', pair: 1, hard: false },
      { type: 'expired', pair: 1, hard: true },
    ]);
  });
});
