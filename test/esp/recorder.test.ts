import { describe, expect, it } from 'vitest';

import { requireIpAddress } from '../../src/base/address.ts';
import type { EspEvent } from '../../src/esp/backend.ts';
import { RecordingBackend } from '../../src/esp/recorder.ts';
import { counterpart, outboundSa } from './sample-sa.ts';
import { seededRandom } from './seeded-random.ts';

const [here, there] = [requireIpAddress('192.0.2.1'), requireIpAddress('192.0.2.2')];

describe('RecordingBackend', () => {
  it('writes down every call in order and knows what stands', async () => {
    const backend = new RecordingBackend(seededRandom('recorder'));
    const outbound = outboundSa();
    const inbound = counterpart(outbound);
    const { connection, tunnel, localSelector: local, remoteSelector: remote } = outbound;
    const traffic = { connection, tunnel, local, remote, without: 'trap' } as const;
    await backend.start({ emit: () => undefined, sendEncapsulated: () => undefined });
    await backend.guard(traffic);
    const spi = await backend.allocateSpi(here, there);
    await backend.installInbound(inbound);
    await backend.installOutbound(outbound);
    expect(backend.installed).toEqual([inbound, outbound]);
    expect(backend.guards).toEqual([traffic]);
    await backend.remove(1, 'inbound');
    await backend.unguard(connection, tunnel);
    await backend.close();
    expect([backend.installed, backend.guards]).toEqual([[outbound], []]);
    expect(backend.calls).toEqual([
      { call: 'start' },
      { call: 'guard', traffic },
      { call: 'allocate-spi', spi },
      { call: 'install', sa: inbound },
      { call: 'install', sa: outbound },
      { call: 'remove', pair: 1, direction: 'inbound' },
      { call: 'unguard', connection, tunnel },
      { call: 'close' },
    ]);
  });
  it('tells the gateway what a test wants it to hear, and counts drops', async () => {
    const backend = new RecordingBackend(seededRandom('recorder'));
    const heard: EspEvent[] = [];
    await backend.start({ emit: (event) => heard.push(event), sendEncapsulated: () => undefined });
    backend.emit({ type: 'dropped', reason: 'replayed', count: 3 });
    backend.emit({ type: 'acquire', connection: 'hq', tunnel: 'lan' });
    expect(heard.map((event) => event.type)).toEqual(['dropped', 'acquire']);
    expect(backend.drops()).toMatchObject({ replayed: 3, 'bad-icv': 0 });
    backend.carry(7, { inbound: { packets: 1, bytes: 84 } });
    expect(await backend.counters(7)).toEqual({ inbound: { packets: 1, bytes: 84 } });
    expect(await backend.counters(8)).toEqual({});
  });
  it('refuses one install when told so', async () => {
    const backend = new RecordingBackend(seededRandom('recorder'));
    backend.refuseNext('no memory');
    await expect(backend.installOutbound(outboundSa())).rejects.toMatchObject({ code: 'BACKEND_FAILED' });
    await backend.installOutbound(outboundSa());
    expect(backend.installed.length).toBe(1);
  });
});
