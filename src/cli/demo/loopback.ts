import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { ControlError } from '../../client/control-client.ts';
import type { Side } from './configuration.ts';
import { GatewayProcess, type Scene } from './gateway-process.ts';
import { type Stage, together } from './stage.ts';

const LEFT: Side = { name: 'left', address: '127.0.0.1', network: '10.1.0.0/24', host: '10.1.0.1' };
const RIGHT: Side = { name: 'right', address: '127.0.0.2', network: '10.2.0.0/24', host: '10.2.0.1' };

/** Above the ports that need rights, and below those that the system gives away by itself. */
const FIRST_PORT = 15_500;
const TRIES = 100;

/**
 * Two gateways on the loopback interface, whose networks exist in their memories only. Needs no rights and changes nothing.
 *
 * There is no NAT on loopback, so one is claimed: ESP then goes in UDP, which needs no rights either.
 */
export async function loopbackStage(scene: Scene): Promise<Stage> {
  const ports = await freePorts();
  const common = { esp: 'memory', natt: 'force', ports } as const;
  const [left, right] = await together(
    GatewayProcess.start({ ...common, us: LEFT, them: RIGHT, peerAddress: RIGHT.address }, scene),
    GatewayProcess.start({ ...common, us: RIGHT, them: LEFT, peerAddress: LEFT.address }, scene),
  );
  const line = (side: Side, { daemon }: GatewayProcess): string =>
    `${side.name.padEnd(6)} gateway ${side.address}, process ${daemon.pid}; behind it the host ${side.host} in ${side.network}`;
  return {
    cast: [
      line(LEFT, left),
      line(RIGHT, right),
      `UDP ports ${ports.ike} and ${ports.natt} stand for 500 and 4500; the two hosts exist in memory only`,
    ],
    left,
    right,
    async ping(count, show) {
      const pings = await left.client(scene.signal).ping(RIGHT.host, count);
      show(`${LEFT.host} pings ${RIGHT.host}: ${pings.sent} sent, ${pings.received} answered`);
      return pings;
    },
  };
}

/** Two ports that are free on both addresses: several demonstrations may run at a time. */
async function freePorts(): Promise<{ ike: number; natt: number }> {
  for (let ike = FIRST_PORT; ike < FIRST_PORT + 2 * TRIES; ike += 2) {
    const wanted = [LEFT, RIGHT].flatMap(({ address }) => [ike, ike + 1].map((port) => ({ address, port })));
    const free = await Promise.all(wanted.map(isFree));
    if (!free.includes(false)) return { ike, natt: ike + 1 };
  }
  throw new ControlError('NO_PORT', `no free UDP ports on 127.0.0.1 and 127.0.0.2 from ${FIRST_PORT} on`);
}

async function isFree(at: { readonly address: string; readonly port: number }): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    socket.bind(at);
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
