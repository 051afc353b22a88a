import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import type { GatewayConfig } from '../../src/config/config.ts';
import { ConfigError, pathText } from '../../src/config/config-error.ts';
import { RecordingBackend } from '../../src/esp/recorder.ts';
import { systemRandom } from '../../src/gateway/system-random.ts';
import { type Addresses, addresses, configOf, KEY, ports, type Side, type Told, told, withPair } from './pair.ts';

const OTHER_KEY = 'another key of twenty-eight octets';

interface Shape {
  readonly remoteNetwork?: string;
  readonly startup?: 'wait' | 'initiate';
  readonly key?: string;
  readonly spareKey?: string;
  readonly spare?: boolean;
  readonly gateway?: object;
  readonly esp?: object;
}

/** The end of two connections to the same peer, which differ in the names that both sides go by. */
function shaped(us: Side, them: Side, shape: Shape = {}): GatewayConfig {
  const { remoteNetwork = them.network, startup = 'wait', key = KEY, spareKey = KEY, spare = true } = shape;
  const id = ({ name }: Side, suffix: string): string => `@${name}${suffix}`;
  const connection = (name: string, suffix: string, tunnel: object, how: object): object => ({
    name,
    local: { address: us.address, id: id(us, suffix) },
    remote: { address: them.address, id: id(them, suffix) },
    natt: { mode: 'force' },
    tunnels: [tunnel],
    ...how,
  });
  const third = us.name === 'plant' ? ['10.3.0.0/24', '10.4.0.0/24'] : ['10.4.0.0/24', '10.3.0.0/24'];
  return parseConfig(
    {
      gateway: { name: us.name, listen: [us.address], ports, ...shape.gateway },
      esp: { backend: 'userspace', device: 'memory', ...shape.esp },
      credentials: {
        psks: [
          { peers: [id(us, ''), id(them, '')], secret: { env: 'PSK' } },
          { peers: [id(us, '-spare'), id(them, '-spare')], secret: { env: 'SPARE' } },
        ].slice(0, spare ? 2 : 1),
      },
      connections: [
        connection('lan', '', { name: 'lan', local: us.network, remote: remoteNetwork }, { startup }),
        connection('spare', '-spare', { name: 'net', local: third[0], remote: third[1] }, { startup: 'wait' }),
      ].slice(0, spare ? 2 : 1),
    },
    { env: { PSK: key, SPARE: spareKey } },
  );
}

const events = ({ events: all }: Told, from = 0): string[] =>
  all.slice(from).flatMap((event) => {
    if (event.name.startsWith('message.')) return [];
    const about = 'sa' in event ? event.sa.connection : 'connection' in event ? event.connection : undefined;
    return [
      [event.name, about, 'reason' in event ? event.reason : undefined].filter((part) => part !== undefined).join(' '),
    ];
  });

async function spis({ gateway }: Told): Promise<Record<string, string[]>> {
  const { connections } = await gateway.status();
  return Object.fromEntries(
    connections.map(({ name, tunnels }) => [
      name,
      tunnels.flatMap(({ pairs }) => pairs.map((pair) => pair.inboundSpi)),
    ]),
  );
}

/** Both ends with both connections up. */
async function withBothUp(body: (ends: Addresses & { plantGateway: Told; hqGateway: Told }) => Promise<void>) {
  const ends = addresses();
  const [plantGateway, hqGateway] = [told(shaped(ends.plant, ends.hq)), told(shaped(ends.hq, ends.plant))];
  await withPair({ plant: plantGateway, hq: hqGateway }, async () => {
    await plantGateway.gateway.up('lan');
    await plantGateway.gateway.up('spare');
    await body({ ...ends, plantGateway, hqGateway });
  });
}

describe('a gateway that reads its configuration anew', () => {
  it('does nothing at all where nothing changed', async () => {
    await withBothUp(async ({ plant, hq, plantGateway }) => {
      const [before, at] = [await spis(plantGateway), plantGateway.events.length];
      expect(await plantGateway.gateway.reload(shaped(plant, hq))).toEqual({
        unchanged: ['lan', 'spare'],
        changed: [],
        added: [],
        removed: [],
      });
      expect(await spis(plantGateway)).toEqual(before);
      expect(events(plantGateway, at)).toEqual(['gateway.reloaded']);
      expect(plantGateway.events.length).toBe(at + 1);
    });
  });

  it('ends what changed at the peer, negotiates it anew, and carries packets under what is new', async () => {
    await withBothUp(async ({ plant, hq, plantGateway, hqGateway }) => {
      const before = await spis(plantGateway);
      await hqGateway.gateway.reload(shaped({ ...hq, network: '10.2.0.0/16' }, plant));
      const at = plantGateway.events.length;
      const summary = await plantGateway.gateway.reload(shaped(plant, hq, { remoteNetwork: '10.2.0.0/16' }));
      expect(summary).toEqual({ unchanged: ['spare'], changed: ['lan'], added: [], removed: [] });
      await plantGateway.gateway.up('lan');
      expect(events(plantGateway, at).filter((text) => text.includes('spare'))).toEqual([]);
      const after = await spis(plantGateway);
      expect(after['spare']).toEqual(before['spare']);
      expect(after['lan']).not.toEqual(before['lan']);
      expect(await plantGateway.gateway.ping('10.2.0.1')).toEqual({ sent: 1, received: 1 });
    });
  });

  it('negotiates anew where a key was changed, and only there', async () => {
    await withBothUp(async ({ plant, hq, plantGateway, hqGateway }) => {
      const before = await spis(plantGateway);
      const newKey = { key: OTHER_KEY };
      expect(await hqGateway.gateway.reload(shaped(hq, plant, newKey))).toMatchObject({
        unchanged: ['spare'],
        changed: ['lan'],
      });
      await plantGateway.gateway.reload(shaped(plant, hq, newKey));
      await plantGateway.gateway.up('lan');
      const after = await spis(plantGateway);
      expect(after['spare']).toEqual(before['spare']);
      expect([after['lan']?.length, after['lan']?.[0] === before['lan']?.[0]]).toEqual([1, false]);
      expect(JSON.stringify([hqGateway.events, await hqGateway.gateway.status()])).not.toContain(OTHER_KEY);
    });
  });

  it('ends what is no longer in it, and brings up what is new in it', async () => {
    const ends = addresses();
    const plant = told(shaped(ends.plant, ends.hq, { spare: false }));
    const hq = told(shaped(ends.hq, ends.plant));
    await withPair({ plant, hq }, async () => {
      const added = await plant.gateway.reload(shaped(ends.plant, ends.hq, { startup: 'initiate' }));
      expect(added).toEqual({ unchanged: ['lan'], changed: [], added: ['spare'], removed: [] });
      await plant.gateway.up('lan');
      await plant.gateway.up('spare');
      const removed = await plant.gateway.reload(shaped(ends.plant, ends.hq, { spare: false }));
      expect(removed).toEqual({ unchanged: ['lan'], changed: [], added: [], removed: ['spare'] });
      await expect(plant.gateway.up('spare')).rejects.toMatchObject({ code: 'UNKNOWN_NAME' });
      const status = await plant.gateway.status();
      expect(status.connections.map(({ name, state, wanted }) => [name, state, wanted])).toEqual([
        ['lan', 'up', false],
      ]);
      // Packets of the network that has gone belong to nobody any more.
      expect(events(plant).filter((text) => text.includes('spare'))).toEqual([
        'phase1.started spare',
        'phase1.established spare',
        'nat.detected spare',
        'phase2.started spare',
        'phase2.established spare',
        'phase2.ended spare reconfigured',
        'phase1.ended spare reconfigured',
      ]);
    });
  });

  it('refuses what takes a restart, all of it at once, and goes on as it was', async () => {
    await withBothUp(async ({ plant, hq, plantGateway }) => {
      const before = await spis(plantGateway);
      const at = plantGateway.events.length;
      const moved = shaped(plant, hq, {
        spare: false,
        gateway: {
          ports: { ike: ports.ike, natt: ports.natt + 1 },
          listen: [plant.address, '127.0.0.1'],
          limits: { halfOpen: 64 },
        },
        esp: { replayWindow: 64 },
      });
      const refused = await plantGateway.gateway.reload(moved).catch((error: unknown) => error);
      expect(
        ConfigError.is(refused) ? refused.issues.map(({ code, path }) => `${code} ${pathText(path)}`) : [],
      ).toEqual([
        'RESTART_NEEDED gateway.listen',
        'RESTART_NEEDED gateway.ports',
        'RESTART_NEEDED gateway.limits',
        'RESTART_NEEDED esp',
      ]);
      expect([await spis(plantGateway), plantGateway.events.length]).toEqual([before, at]);
    });
  });

  it('takes more tunnels than before, and another name', async () => {
    await withBothUp(async ({ plant, hq, plantGateway }) => {
      const renamed = shaped(plant, hq, { gateway: { name: 'plant-2', limits: { tunnels: 20 } } });
      expect((await plantGateway.gateway.reload(renamed)).unchanged).toEqual(['lan', 'spare']);
      expect((await plantGateway.gateway.status()).gateway.name).toBe('plant-2');
    });
  });

  it('has nothing to do it with while it does not run', async () => {
    const { plant, hq } = addresses();
    const config = configOf(plant, hq);
    await expect(told(config).gateway.reload(config)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('stays stopped where it is stopped in the midst of it', async () => {
    const { plant, hq } = addresses();
    const backend = new RecordingBackend(systemRandom);
    const { gateway } = told(shaped(plant, hq, { spare: false }), { backend });
    await gateway.start();
    let stopped: Promise<void> | undefined;
    const guard = backend.guard.bind(backend);
    backend.guard = async (traffic) => {
      stopped ??= gateway.stop();
      await guard(traffic);
    };
    await gateway.reload(shaped(plant, hq)).catch(() => undefined);
    await stopped;
    await expect(gateway.status()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(backend.calls.at(-1)).toEqual({ call: 'close' });
  });

  it('reads one after another', async () => {
    await withBothUp(async ({ plant, hq, plantGateway: { gateway } }) => {
      const outcomes = await Promise.all([
        gateway.reload(shaped(plant, hq, { spare: false })),
        gateway.reload(shaped(plant, hq)),
        gateway.reload(shaped(plant, hq)),
      ]);
      expect(outcomes.map(({ added, removed }) => [added, removed])).toEqual([
        [[], ['spare']],
        [['spare'], []],
        [[], []],
      ]);
    });
  });
});
