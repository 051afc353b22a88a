// One end of a tunnel, in the network namespace that it is started in, on the built code.
//
// node tun-end.mjs BUILT: reads one JSON command a line from standard input and answers each with one JSON line; what the
// back end tells by itself comes as lines with `event`. Octets are in hexadecimal.
import dgram from 'node:dgram';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const built = (path) => import(pathToFileURL(`${process.argv[2]}/${path}`).href);
const { createUserspaceBackend } = await built('esp/userspace/userspace-backend.js');
const { openUdpSocket } = await built('linux/udp-socket.js');
const { probe } = await built('linux/probe.js');

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
/** @type {Map<number, import('node:dgram').Socket>} */
const sockets = new Map();
/** @type {any} */
let backend;

const host = {
  emit: (event) => say({ event }),
  sendEncapsulated(packet, local, remote) {
    sockets.get(local.port)?.send(packet, remote.port, remote.address);
  },
};

/** An IKE socket: what comes in with the zero marker is said, what looks like ESP is delivered. */
function openIke({ address, port, shared }) {
  const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const local = { address, port };
  socket.on('message', (packet, from) => {
    const isIke = packet.length < 4 || packet.readUInt32BE(0) === 0;
    if (isIke) say({ ike: packet.toString('hex') });
    else {
      say({ delivered: packet.length });
      backend.deliver(packet, local, { address: from.address, port: from.port });
    }
  });
  sockets.set(port, socket);
  return new Promise((resolve) => socket.bind({ fd: openUdpSocket({ address, port, reusePort: shared }) }, resolve));
}

const withKeys = (sa) => ({
  ...sa,
  keys: { encryption: Buffer.from(sa.keys.encryption, 'hex'), integrity: Buffer.from(sa.keys.integrity, 'hex') },
});

const commands = {
  probe: () => probe(),
  ike: openIke,
  async start({ shared, ...options }) {
    const sharedSocket = shared ? (local) => (sockets.has(local.port) ? local : undefined) : undefined;
    backend = createUserspaceBackend({ device: 'tun', ...options, ...(sharedSocket && { sharedSocket }) });
    await backend.start(host);
  },
  inbound: (sa) => backend.installInbound(withKeys(sa)),
  outbound: (sa) => backend.installOutbound(withKeys(sa)),
  remove: ({ pair, direction }) => backend.remove(pair, direction),
  guard: (traffic) => backend.guard(traffic),
  unguard: ({ connection, tunnel }) => backend.unguard(connection, tunnel),
  counters: ({ pair }) => backend.counters(pair),
  drops: () => backend.drops(),
  sendIke: ({ port, to, hex }) => void sockets.get(port)?.send(Buffer.from(hex, 'hex'), to.port, to.address),
  async close() {
    await backend?.close();
    for (const socket of sockets.values()) socket.close();
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...options } = JSON.parse(line);
  try {
    say({ done: command, value: (await commands[command](options)) ?? null });
  } catch (error) {
    say({ failed: command, code: error.code, details: error.details, text: String(error) });
  }
  // The end of the process is left to Node: whatever keeps it alive then is a defect.
  if (command === 'close') break;
}
process.stdin.destroy();
