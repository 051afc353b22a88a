// The measured gateway, a process of its own, driven by its parent: `node responder.js PLAN`.
import { readFileSync } from 'node:fs';
import { Gateway, parseConfig, type GatewayConfig } from 'sallyport';
import { answerParent } from './child.ts';
import { filesOf } from './certified.ts';
import {
  type Certified,
  GATEWAY,
  GATEWAY_NAME,
  GATEWAY_NETWORK,
  KEY,
  PEER_NAME,
  peerAddress,
  peerNetwork,
  phase1Name,
  phase2Name,
  type Plan,
} from './plan.ts';

export interface ResponderMemory {
  /** How many are up. */
  readonly tunnels: number;
  /** Heap and array buffers in use when all that can go is gone. */
  readonly used: number;
  /** Of the process, with the ESP worker's heap, OpenSSL's contexts, and what was freed and not given back. */
  readonly resident: number;
}

const gateway = new Gateway(configOf(JSON.parse(process.argv[2] ?? '') as Plan));
await gateway.start();

answerParent({
  async memory(): Promise<ResponderMemory> {
    const { connections } = await gateway.status();
    const tunnels = connections.filter(({ state }) => state === 'up').length;
    // Finalizers run between collections, and free more.
    for (let i = 0; i < 4; i++) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
    return { tunnels, used: heapUsed + arrayBuffers, resident: rss };
  },
  stop: () => gateway.stop(),
});

function configOf({ groups, pfs, peers, certified }: Plan): GatewayConfig {
  return parseConfig(
    {
      gateway: { name: 'bench', listen: [GATEWAY], limits: { tunnels: peers }, diffieHellman: 'inline' },
      esp: { backend: 'userspace', device: 'tun' },
      credentials: credentialsOf(certified),
      connections: Array.from({ length: peers }, (_, peer) => ({
        name: `peer-${peer}`,
        startup: 'wait',
        local: { address: GATEWAY, ...side(certified, GATEWAY_NAME) },
        remote: { address: peerAddress(peer), ...side(certified, PEER_NAME) },
        phase1: { proposals: groups.map(phase1Name) },
        phase2: { proposals: [phase2Name(pfs)] },
        natt: { mode: 'force' },
        tunnels: [{ name: 'net', local: GATEWAY_NETWORK, remote: peerNetwork(peer) }],
      })),
    },
    { env: { KEY }, readFile: (path) => new Uint8Array(readFileSync(path)) },
  );
}

/** Who a side is and how it shows it; by default its address, with the key. */
function side(certified: Certified | undefined, name: string): object {
  return certified === undefined ? {} : { id: `@${name}`, auth: 'certificate' };
}

function credentialsOf(certified: Certified | undefined): object {
  if (certified === undefined) return { psks: [{ peers: ['%any'], secret: { env: 'KEY' } }] };
  const { cert, key, authorities } = filesOf(certified.folder, 'gateway');
  return { certificates: [{ cert, key }], authorities: [authorities] };
}
