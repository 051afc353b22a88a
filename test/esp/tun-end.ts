// One end of a tunnel, in the network namespace that it is started in. Runs as a process of its own, compiled.
//
// Reads one JSON command a line from standard input and answers each with one JSON line; what the back end tells by itself comes
// as lines with `event`. Octets are in hexadecimal.
import dgram from 'node:dgram';
import { createInterface } from 'node:readline';

import type { IpAddress, UdpEndpoint } from '../../src/base/address.ts';
import { fromHex } from '../../src/base/bytes.ts';
import { IkeError } from '../../src/base/errors.ts';
import type { EspBackend, EspHost, GuardedTraffic } from '../../src/esp/backend.ts';
import type { EspSa } from '../../src/esp/sa.ts';
import type { TunPlaneOptions } from '../../src/esp/userspace/tun-plane.ts';
import { createUserspaceBackend } from '../../src/esp/userspace/userspace-backend.ts';
import { probe } from '../../src/linux/probe.ts';
import { openUdpSocket } from '../../src/linux/udp-socket.ts';

/** An SA as it crosses JSON. */
export type SaInJson = Omit<EspSa, 'keys'> & {
  readonly keys: { readonly encryption: string; readonly integrity: string };
};

/** What an end may be told, with what comes along. */
export interface EndCommands {
  readonly probe: object;
  readonly ike: { readonly address: IpAddress; readonly port: number; readonly shared: boolean };
  readonly start: Pick<TunPlaneOptions, 'name' | 'mtu' | 'addresses'> & { readonly shared?: boolean };
  readonly inbound: SaInJson;
  readonly outbound: SaInJson;
  readonly remove: { readonly pair: number; readonly direction: EspSa['direction'] };
  readonly guard: GuardedTraffic;
  readonly unguard: Pick<GuardedTraffic, 'connection' | 'tunnel'>;
  readonly counters: { readonly pair: number };
  readonly drops: object;
  readonly sendIke: { readonly port: number; readonly to: UdpEndpoint; readonly hex: string };
  readonly close: object;
}

const say = (value: object): unknown => process.stdout.write(`${JSON.stringify(value)}\n`);
const sockets = new Map<number, dgram.Socket>();
let backend: EspBackend = createUserspaceBackend({ device: 'tun' });

const host: EspHost = {
  emit: (event) => say({ event }),
  sendEncapsulated: (packet, local, remote) => sockets.get(local.port)?.send(packet, remote.port, remote.address),
};

const withKeys = (sa: SaInJson): EspSa => ({
  ...sa,
  keys: { encryption: fromHex(sa.keys.encryption), integrity: fromHex(sa.keys.integrity) },
});

const commands: { readonly [C in keyof EndCommands]: (options: EndCommands[C]) => unknown } = {
  probe,
  /** An IKE socket: what comes in with the zero marker is said, what looks like ESP is delivered. */
  ike({ address, port, shared }) {
    const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.on('message', (packet, from) => {
      if (packet.length < 4 || packet.readUInt32BE(0) === 0) {
        say({ ike: packet.toString('hex') });
        return;
      }
      say({ delivered: packet.length });
      backend.deliver(packet, { address, port }, { address: from.address as IpAddress, port: from.port });
    });
    sockets.set(port, socket);
    return new Promise<void>((resolve) =>
      socket.bind({ fd: openUdpSocket({ address, port, reusePort: shared }) }, resolve),
    );
  },
  async start({ shared, ...options }) {
    const sharedSocket = (local: UdpEndpoint): UdpEndpoint | undefined => (shared === true ? local : undefined);
    backend = createUserspaceBackend({ device: 'tun', ...options, sharedSocket });
    await backend.start(host);
  },
  inbound: (sa) => backend.installInbound(withKeys(sa)),
  outbound: (sa) => backend.installOutbound(withKeys(sa)),
  remove: ({ pair, direction }) => backend.remove(pair, direction),
  guard: (traffic) => backend.guard(traffic),
  unguard: ({ connection, tunnel }) => backend.unguard(connection, tunnel),
  counters: ({ pair }) => backend.counters(pair),
  drops: () => backend.drops(),
  sendIke({ port, to, hex }) {
    sockets.get(port)?.send(fromHex(hex), to.port, to.address);
  },
  async close() {
    await backend.close();
    for (const socket of sockets.values()) socket.close();
  },
};

async function execute<C extends keyof EndCommands>(command: C, options: EndCommands[C]): Promise<void> {
  try {
    say({ done: command, value: (await commands[command](options)) ?? null });
  } catch (error) {
    const { code, details } = IkeError.is(error) ? error : { code: 'none', details: {} };
    say({ failed: command, code, details, text: String(error) });
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...options } = JSON.parse(line) as { command: keyof EndCommands } & EndCommands[keyof EndCommands];
  await execute(command, options);
  // The end of the process is left to Node: whatever keeps it alive then is a defect.
  if (command === 'close') break;
}
process.stdin.destroy();
