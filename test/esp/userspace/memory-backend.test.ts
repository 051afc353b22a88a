import { describe, expect, it } from 'vitest';

import { requireIpAddress, type UdpEndpoint } from '../../../src/base/address.ts';
import { instant, milliseconds } from '../../../src/base/instant.ts';
import { parseSelector } from '../../../src/base/selector.ts';
import type { EspEvent } from '../../../src/esp/backend.ts';
import type { EspSa } from '../../../src/esp/sa.ts';
import { createUserspaceBackend, type MemoryBackend } from '../../../src/esp/userspace/userspace-backend.ts';
import { counterpart, outboundSa, sampleKeys } from '../sample-sa.ts';
import { seededRandom } from '../seeded-random.ts';

interface Side {
  readonly backend: MemoryBackend;
  readonly events: EspEvent[];
  /** What to do with a packet that leaves; replaced by tests that lose some. */
  send: (packet: Uint8Array, local: UdpEndpoint, remote: UdpEndpoint) => void;
}

let time = 0;

async function side(address: string): Promise<Side> {
  const events: EspEvent[] = [];
  const backend = createUserspaceBackend({
    device: 'memory',
    address: requireIpAddress(address),
    now: () => instant(time),
    random: seededRandom(address),
  });
  const made: Side = { backend, events, send: () => undefined };
  await backend.start({
    emit: (event) => events.push(event),
    sendEncapsulated: (packet, local, remote) => made.send(packet, local, remote),
  });
  return made;
}

/** Two back ends with a tunnel up between 10.1.0.7 and 10.2.0.9, each the other's network. */
async function tunnel(changes: Partial<EspSa> = {}, addresses = ['10.1.0.7', '10.2.0.9']): Promise<[Side, Side]> {
  const left = await side(addresses[0] ?? '');
  const right = await side(addresses[1] ?? '');
  left.send = (packet, local, remote) => right.backend.deliver(packet, remote, local);
  right.send = (packet, local, remote) => left.backend.deliver(packet, remote, local);
  const { suite } = outboundSa(changes);
  const forth = outboundSa({ spi: 0x1001, keys: sampleKeys(suite, 'forth'), ...changes });
  const back: EspSa = {
    ...outboundSa({ spi: 0x2002, keys: sampleKeys(suite, 'back'), ...changes }),
    direction: 'inbound',
  };
  await right.backend.installInbound(counterpart(forth));
  await left.backend.installInbound(back);
  await left.backend.installOutbound(forth);
  await right.backend.installOutbound(counterpart(back));
  return [left, right];
}

describe('user-space back end on a memory device', () => {
  it('pings through two engines, and each learns that its inbound SA is used', async () => {
    const [left, right] = await tunnel();
    const ping = left.backend.ping(requireIpAddress('10.2.0.9'), 5);
    await ping.done;
    expect([ping.sent, ping.received]).toEqual([5, 5]);
    expect(left.events).toEqual([{ type: 'inbound-used', pair: 1, spi: 0x2002 }]);
    expect(right.events).toEqual([{ type: 'inbound-used', pair: 1, spi: 0x1001 }]);
    const counted = { packets: 5, bytes: 5 * 84 };
    expect(await left.backend.counters(1)).toMatchObject({ inbound: counted, outbound: counted });
    expect(Object.values(left.backend.drops()).every((count) => count === 0)).toBe(true);
  });
  it('pings over IPv6 within', async () => {
    const networks = {
      localSelector: parseSelector('2001:db8:1::/64'),
      remoteSelector: parseSelector('2001:db8:2::/64'),
    };
    const [left] = await tunnel(networks, ['2001:db8:1::7', '2001:db8:2::9']);
    const ping = left.backend.ping(requireIpAddress('2001:db8:2::9'));
    expect(ping.received).toBe(1);
  });
  it('reports replies as they come, and not those that are lost', async () => {
    const [left] = await tunnel();
    const { send } = left;
    let sent = 0;
    left.send = (...packet) => {
      if (++sent !== 2) send(...packet);
    };
    expect(left.backend.ping(requireIpAddress('10.2.0.9'), 3).received).toBe(2);
  });
  it('asks for a tunnel that is trapped, and sends nothing in clear', async () => {
    const left = await side('10.1.0.7');
    let sent = 0;
    left.send = () => sent++;
    const { connection, tunnel: name, localSelector: local, remoteSelector: remote } = outboundSa();
    await left.backend.guard({ connection, tunnel: name, local, remote, without: 'trap' });
    expect(left.backend.ping(requireIpAddress('10.2.0.9')).received).toBe(0);
    expect(sent).toBe(0);
    expect(left.events).toEqual([
      { type: 'acquire', connection, tunnel: name },
      { type: 'dropped', reason: 'no-sa', count: 1 },
    ]);
    await left.backend.unguard(connection, name);
    left.backend.ping(requireIpAddress('10.2.0.9'));
    expect(left.backend.drops()['no-sa']).toBe(2);
  });
  it('may be told to remove an SA while it tells that the SA has expired', async () => {
    const [left, right] = await tunnel({ limits: { packets: 1 } });
    const { events } = right;
    right.events.push = (event) => {
      if (event.type === 'expired') void right.backend.remove(event.pair, 'inbound');
      return Array.prototype.push.call(events, event);
    };
    expect(left.backend.ping(requireIpAddress('10.2.0.9')).received).toBe(1);
    expect(events.map((event) => event.type)).toEqual(['inbound-used', 'expired', 'expired']);
    expect(await right.backend.counters(1)).toMatchObject({ outbound: { packets: 1, bytes: 84 } });
  });
  it('ends an SA by its clock', async () => {
    const [left] = await tunnel({ limits: { time: milliseconds(5000) } });
    time += 5001;
    await left.backend.counters(1);
    expect(left.events.map((event) => event.type)).toEqual(['expired', 'expired']);
    expect(left.backend.ping(requireIpAddress('10.2.0.9')).received).toBe(0);
    expect(left.backend.drops().expired).toBe(1);
  });
  it('gives SPIs that are free and takes them back', async () => {
    const [, right] = await tunnel();
    const [a, b] = [requireIpAddress('192.0.2.1'), requireIpAddress('192.0.2.2')];
    const spi = await right.backend.allocateSpi(a, b);
    expect(spi).toBeGreaterThanOrEqual(256);
    expect(await right.backend.allocateSpi(a, b)).not.toBe(spi);
    await right.backend.remove(1, 'inbound');
    await right.backend.remove(1, 'inbound');
    expect(await right.backend.counters(1)).toMatchObject({ outbound: { packets: 0, bytes: 0 } });
  });
  it('refuses IP protocol 50 with advice, unless somebody carries it', async () => {
    const left = await side('10.1.0.7');
    await expect(left.backend.installOutbound(outboundSa({ encapsulation: 'none' }))).rejects.toMatchObject({
      code: 'BACKEND_FAILED',
      details: { what: 'IP protocol 50 without a device', advice: 'set natt mode: force' },
    });
    const carried: string[] = [];
    const plain = createUserspaceBackend({
      device: 'memory',
      address: requireIpAddress('10.1.0.7'),
      now: () => instant(0),
      random: seededRandom('plain'),
      sendPlain: (packet, local, remote) => carried.push(`${local} ${remote} ${packet.length}`),
    });
    await plain.start({ emit: () => undefined, sendEncapsulated: () => carried.push('in UDP') });
    await plain.installOutbound(outboundSa({ encapsulation: 'none' }));
    plain.ping(requireIpAddress('10.2.0.9'));
    expect(carried).toEqual(['192.0.2.1 192.0.2.2 120']);
  });
  it('refuses an SA that goes the other way', async () => {
    const { backend } = await side('10.1.0.7');
    await expect(backend.installInbound(outboundSa())).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
  it('drops a packet longer than any IP packet', async () => {
    const { backend } = await side('10.1.0.7');
    const { local, remote } = outboundSa();
    backend.deliver(new Uint8Array(65_536), local, remote);
    expect(backend.drops()['too-big']).toBe(1);
  });
  it('is silent after it was closed', async () => {
    const [left] = await tunnel();
    await left.backend.close();
    expect(left.backend.ping(requireIpAddress('10.2.0.9')).received).toBe(0);
    expect(left.events).toEqual([]);
  });
});
