import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { GatewayEvent } from '../../src/gateway/events.ts';
import { VERSION } from '../../src/gateway/version.ts';
import { KEY, pairOf, ports, type Told, withPair } from './pair.ts';

/** Waits until an event has been told; the test's own limit ends it otherwise. */
async function until({ gateway, events }: Told, name: GatewayEvent['name']): Promise<void> {
  if (events.some((event) => event.name === name)) return;
  await new Promise<void>((resolve) => {
    const unsubscribe = gateway.subscribe((event) => {
      if (event.name !== name) return;
      unsubscribe();
      resolve();
    });
  });
}

const names = ({ events }: Told): string[] =>
  events.map(({ name }) => name).filter((name) => !name.startsWith('message.'));

describe('two gateways on loopback', () => {
  it('bring a tunnel up, carry pings both ways, and say so in the status', async () => {
    const { plant, hq } = pairOf();
    await withPair({ plant, hq }, async () => {
      await plant.gateway.up('hq');
      expect(await plant.gateway.ping('10.2.0.1', 3)).toEqual({ sent: 3, received: 3 });
      expect(await hq.gateway.ping('10.1.0.1')).toEqual({ sent: 1, received: 1 });
      const status = await plant.gateway.status();
      expect(Object.keys(status).sort()).toEqual(
        ['schema', 'gateway', 'connections', 'halfOpen', 'halfOpenByStanding', 'drops', 'esp'].sort(),
      );
      expect(status).toMatchObject({
        schema: 1,
        gateway: { name: 'plant', version: VERSION },
        halfOpen: 0,
      });
      expect(status.esp.backend).toBe('userspace-memory');
      expect([...Object.values(status.drops), ...Object.values(status.esp.drops)].filter((n) => n !== 0)).toEqual([]);
      const [connection] = status.connections;
      expect(connection).toMatchObject({ name: 'hq', wanted: true, state: 'up' });
      expect(connection?.phase1.map(({ role, remote }) => [role, remote.port])).toEqual([['initiator', ports.natt]]);
      expect(connection?.tunnels.map(({ state, traffic }) => ({ state, traffic }))).toEqual([
        { state: 'up', traffic: { inbound: { packets: 4, bytes: 336 }, outbound: { packets: 4, bytes: 336 } } },
      ]);
      expect(JSON.stringify([status, plant.events, plant.gateway.config])).not.toContain(KEY);
    });
    expect(names(plant)).toEqual([
      'gateway.started',
      'phase1.started',
      'phase1.established',
      'nat.detected',
      'phase2.started',
      'phase2.established',
      'phase2.ended',
      'phase1.ended',
      'gateway.stopped',
    ]);
  });
  it('come up again after down, and again, with a key that was read from a file', async () => {
    const folder = mkdtempSync(`${tmpdir()}/sallyport-gateway-`);
    writeFileSync(`${folder}/psk`, `${KEY}\n`);
    const changes = { secret: { file: `${folder}/psk` }, readFile: (path: string) => readFileSync(path) };
    try {
      const { plant, hq } = pairOf({ plant: changes, hq: changes });
      await withPair({ plant, hq }, async () => {
        for (let round = 0; round < 3; round++) {
          await plant.gateway.up('hq');
          expect(await plant.gateway.ping('10.2.0.1')).toEqual({ sent: 1, received: 1 });
          await plant.gateway.down('hq');
          const [connection] = (await plant.gateway.status()).connections;
          expect(connection).toMatchObject({ wanted: false, state: 'down', phase1: [] });
        }
      });
      expect(names(plant).filter((name) => name === 'phase2.established')).toHaveLength(3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  it('take leave: the Deletes of a gateway that stops arrive', async () => {
    const { plant, hq } = pairOf();
    await withPair({ plant, hq }, async () => {
      await plant.gateway.up('hq');
      await plant.gateway.stop();
      await until(hq, 'phase1.ended');
      const [connection] = (await hq.gateway.status()).connections;
      expect(connection).toMatchObject({ state: 'down', phase1: [] });
      expect(connection?.lastEnd?.reason).toBe('deleted-by-peer');
      expect(hq.events.flatMap((event) => ('reason' in event ? [[event.name, event.reason]] : []))).toEqual([
        ['phase2.ended', 'deleted-by-peer'],
        ['phase1.ended', 'deleted-by-peer'],
      ]);
    });
  });
  it('come up when the connection is up already', async () => {
    const { plant, hq } = pairOf();
    await withPair({ plant, hq }, async () => {
      await plant.gateway.up('hq');
      await plant.gateway.up('hq');
      expect(names(plant).filter((name) => name === 'phase1.started')).toHaveLength(1);
    });
  });
});

describe('a gateway', () => {
  it('starts once at a time, and stops however often it is told to', async () => {
    const { plant } = pairOf();
    await expect(plant.gateway.status()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { what: 'gateway does not run' },
    });
    await plant.gateway.stop();
    await plant.gateway.start();
    await expect(plant.gateway.start()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await plant.gateway.stop();
    await plant.gateway.stop();
    expect(names(plant)).toEqual(['gateway.started', 'gateway.stopped']);
  });
  it('tells its listeners until they unsubscribe, whatever another of them throws', async () => {
    const { plant } = pairOf();
    const heard: string[] = [];
    plant.gateway.subscribe(() => {
      throw new Error('an observer with a defect');
    });
    const unsubscribe = plant.gateway.subscribe(({ name }) => heard.push(name));
    await plant.gateway.start();
    unsubscribe();
    await plant.gateway.stop();
    expect(heard).toEqual(['gateway.started']);
    expect(names(plant)).toEqual(['gateway.started', 'gateway.stopped']);
  });
  it('says at once that it ended what was being brought up', async () => {
    const { plant } = pairOf();
    await plant.gateway.start();
    const up = plant.gateway.up('hq');
    await Promise.all([expect(up).rejects.toMatchObject({ code: 'CANCELLED' }), plant.gateway.down('hq')]);
    const again = plant.gateway.up('hq');
    await Promise.all([expect(again).rejects.toMatchObject({ code: 'CANCELLED' }), plant.gateway.stop()]);
    expect(names(plant).slice(-2)).toEqual(['phase1.ended', 'gateway.stopped']);
  });
});
