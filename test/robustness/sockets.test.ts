import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { u32Bytes } from '../../src/base/bytes.ts';
import { withMarker } from '../../src/natt/demultiplex.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { addresses, configOf, ports, told, withPair } from '../gateway/pair.ts';
import { below } from '../fuzz/mutate-bytes.ts';
import { mutateMessage } from '../fuzz/mutate-message.ts';
import { echo } from '../esp/userspace/engine-pair.ts';
import { Ladder } from './ladder.ts';

/** From each of two addresses, to each of two ports. */
const DATAGRAMS = 400;

const sent = (socket: Socket, bytes: Uint8Array, port: number, address: string): Promise<void> =>
  new Promise((resolve, reject) =>
    socket.send(bytes, port, address, (error) => (error === null ? resolve() : reject(error))),
  );

describe('a gateway on its sockets', () => {
  it('goes on whatever comes to its ports, from strangers and from the address of its peer', async () => {
    const ends = addresses();
    const [plant, hq] = [told(configOf(ends.plant, ends.hq)), told(configOf(ends.hq, ends.plant))];
    const random = new SeededRandom('sockets');
    await withPair({ plant, hq }, async () => {
      await plant.gateway.up('hq');
      const before = (await hq.gateway.status()).connections;
      const spis = before.flatMap(({ tunnels }) =>
        tunnels.flatMap(({ pairs }) => pairs.map((pair) => pair.inboundSpi)),
      );
      for (const address of ['127.0.0.1', ends.plant.address]) {
        const socket = createSocket('udp4');
        socket.bind(0, address);
        await once(socket, 'listening');
        for (let i = 0; i < DATAGRAMS; i++) {
          const { bytes } = Ladder.of({}).rungs[below(random, 9)]?.datagram ?? { bytes: new Uint8Array() };
          const message = mutateMessage(bytes, bytes, random);
          const esp = [...u32Bytes(Number.parseInt(spis[0] ?? '0', 16)), ...u32Bytes(random.u32()), ...echo()];
          const onNatt = [withMarker(message), message, Uint8Array.from(esp), random.bytes(below(random, 100))];
          await sent(socket, message, ports.ike, ends.hq.address);
          await sent(socket, onNatt[i % onNatt.length] ?? message, ports.natt, ends.hq.address);
          // One thread sends and receives here, and the kernel keeps no more than fits into the socket's buffer.
          await new Promise(setImmediate);
        }
        socket.close();
      }
      expect(await plant.gateway.ping('10.2.0.1', 3)).toEqual({ sent: 3, received: 3 });
      const after = await hq.gateway.status();
      expect(Object.values(after.drops).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(DATAGRAMS);
      expect(Object.values(after.esp.drops).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
      expect(after.connections.map(({ state }) => state)).toEqual(['up']);
      expect(hq.events.filter(({ name }) => name === 'internal.error' || name === 'phase2.ended')).toEqual([]);
    });
  });
});
