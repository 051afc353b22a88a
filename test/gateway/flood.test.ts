import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import { firstMessage } from '../ike/first-message.ts';
import { type Addresses, addresses, configOf, KEY, ports, told, type Told, withPair } from './pair.ts';

const SOURCES = 100;

/** An end that takes one peer by its address, and anybody besides. */
function hub({ hq, plant }: Addresses): Told {
  const local = { address: hq.address, id: '@hq' };
  const phase1 = { proposals: ['aes128-sha256-ecp256'] };
  const common = { startup: 'wait', phase1, phase2: { proposals: ['aes128gcm16-modp2048'] }, natt: { mode: 'force' } };
  const config = {
    gateway: { name: 'hq', listen: [hq.address], ports, limits: { halfOpen: 256 } },
    esp: { backend: 'userspace', device: 'memory' },
    credentials: {
      psks: [
        { peers: ['@hq', '@plant'], secret: { env: 'PSK' } },
        { peers: ['%any'], secret: { env: 'OTHER' } },
      ],
    },
    connections: [
      {
        ...{ ...common, name: 'plant', local, remote: { address: plant.address, id: '@plant' } },
        tunnels: [{ name: 'lan', local: hq.network, remote: plant.network }],
      },
      {
        ...{ ...common, name: 'anybody', local, remote: { address: '%any', id: '%any' } },
        tunnels: [{ name: 'lan', local: hq.network, remote: '10.9.0.0/24' }],
      },
    ],
  };
  return told(parseConfig(config, { env: { PSK: KEY, OTHER: `not ${KEY}` } }));
}

/**
 * First messages with a cookie of their own each, from a hundred addresses at a time. The next hundred leaves when the gateway has looked
 * at this one: as fast as it can, and never so fast that the system has to throw away what others send to the same socket.
 */
class Flood {
  readonly #sockets: readonly Socket[];
  readonly #target: { readonly address: string; readonly port: number };
  readonly #hub: Told;
  #over = false;
  #running: Promise<void> = Promise.resolve();
  sent = 0;

  private constructor(
    sockets: readonly Socket[],
    target: { readonly address: string; readonly port: number },
    hub: Told,
  ) {
    this.#sockets = sockets;
    this.#target = target;
    this.#hub = hub;
  }
  static async begin(hub: Told, target: { readonly address: string; readonly port: number }): Promise<Flood> {
    const sockets = Array.from({ length: SOURCES }, () => createSocket('udp4'));
    for (const [i, socket] of sockets.entries()) {
      socket.bind(0, target.address.replace(/\d+$/, String(100 + i)));
      await once(socket, 'listening');
    }
    const flood = new Flood(sockets, target, hub);
    flood.#running = flood.#run();
    return flood;
  }
  async end(): Promise<void> {
    this.#over = true;
    await this.#running;
    for (const socket of this.#sockets) socket.close();
  }
  async #run(): Promise<void> {
    let looked = 0;
    let onward = (): void => undefined;
    const unsubscribe = this.#hub.gateway.subscribe(({ name }) => {
      if (name === 'datagram.dropped' || name === 'message.received') looked++;
      if (looked >= this.sent) onward();
    });
    while (!this.#over) {
      const all = new Promise<void>((resolve) => (onward = resolve));
      const late = new Promise<void>((resolve) => setTimeout(resolve, 100));
      for (const socket of this.#sockets)
        socket.send(firstMessage(++this.sent), this.#target.port, this.#target.address);
      await Promise.race([all, late]);
    }
    unsubscribe();
  }
}

/** Waits until so many more first messages were refused for want of room. */
async function refused({ gateway }: Told, count: number): Promise<void> {
  let left = count;
  await new Promise<void>((resolve) => {
    const unsubscribe = gateway.subscribe((event) => {
      if (event.name !== 'datagram.dropped' || event.reason !== 'half-open-limit' || --left > 0) return;
      unsubscribe();
      resolve();
    });
  });
}

it('a gateway that is flooded from a hundred addresses lets its peer in, again and again, and carries its packets', async () => {
  const ends = addresses();
  const hq = hub(ends);
  const plant = told(configOf(ends.plant, ends.hq, { phase1: 'aes128-sha256-ecp256' }));
  await withPair({ plant, hq }, async () => {
    const flood = await Flood.begin(hq, { address: ends.hq.address, port: ports.ike });
    try {
      for (let time = 0; time < 3; time++) {
        await refused(hq, 1000);
        await plant.gateway.up('hq');
        expect((await plant.gateway.ping(ends.hq.inner, 3)).received).toBe(3);
        const status = await hq.gateway.status();
        expect(status.halfOpenByStanding['stranger-claimed']).toBeLessThanOrEqual(64);
        expect(status.halfOpen).toBeLessThanOrEqual(66);
        expect(status.connections.map(({ name, state }) => [name, state])).toEqual([
          ['plant', 'up'],
          ['anybody', 'down'],
        ]);
        await plant.gateway.down('hq');
      }
    } finally {
      await flood.end();
    }
    expect(flood.sent).toBeGreaterThan(3000);
  });
  expect(hq.events.filter(({ name }) => name === 'internal.error' || name === 'phase1.failed')).toEqual([]);
});
