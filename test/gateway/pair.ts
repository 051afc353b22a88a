import * as z from 'zod';
import { parseConfig } from '../../src/config/parse.ts';
import type { GatewayConfig } from '../../src/config/config.ts';
import type { GatewayEvent } from '../../src/gateway/events.ts';
import { Gateway } from '../../src/gateway/gateway.ts';
import type { GatewayOptions } from '../../src/gateway/options.ts';
import { statusSchemas } from '../../src/status/status-schema.ts';

const { status: documented } = statusSchemas(z);

/** Ports by the process and addresses by the worker and the pair: nothing collides with another run or another test. */
export const ports = { ike: 10_000 + 2 * (process.pid % 10_000), natt: 10_001 + 2 * (process.pid % 10_000) };
const worker = 1 + (Number(process.env['VITEST_POOL_ID'] ?? 0) % 250);
let pairs = 0;

export interface Side {
  readonly name: string;
  readonly address: string;
  readonly network: string;
  /** The inner host of the memory device: the network's first. */
  readonly inner: string;
}

export interface Addresses {
  readonly plant: Side;
  readonly hq: Side;
}

/** Two ends on loopback that nobody else has. */
export function addresses(): Addresses {
  pairs++;
  const at = (host: number): string => `127.${worker}.${pairs}.${host}`;
  return {
    plant: { name: 'plant', address: at(1), network: '10.1.0.0/24', inner: '10.1.0.1' },
    hq: { name: 'hq', address: at(2), network: '10.2.0.0/24', inner: '10.2.0.1' },
  };
}

export const KEY = 'correct horse battery staple';

export interface Changes {
  readonly remoteAddress?: string;
  readonly phase1?: string;
  readonly phase2?: string;
  readonly crypto?: 'native' | 'portable';
  readonly diffieHellman?: 'auto' | 'inline' | 'parallel';
  readonly secret?: object;
  readonly key?: string;
  readonly readFile?: (path: string) => Uint8Array;
}

/** The configuration of one end toward the other, whose connection has the other's name. */
export function configOf(us: Side, them: Side, changes: Changes = {}): GatewayConfig {
  const { remoteAddress = them.address, phase1 = 'aes256-sha256-modp2048', readFile } = changes;
  const { phase2 = 'aes128gcm16-modp2048', crypto = 'native', diffieHellman = 'auto' } = changes;
  return parseConfig(
    {
      gateway: { name: us.name, listen: [us.address], ports, crypto, diffieHellman },
      esp: { backend: 'userspace', device: 'memory' },
      credentials: { psks: [{ peers: [`@${us.name}`, `@${them.name}`], secret: changes.secret ?? { env: 'PSK' } }] },
      connections: [connectionOf(us, them, { remoteAddress, phase1, phase2 })],
    },
    { env: { PSK: changes.key ?? KEY }, ...(readFile === undefined ? {} : { readFile }) },
  );
}

function connectionOf(
  us: Side,
  them: Side,
  { remoteAddress, phase1, phase2 }: Required<Pick<Changes, 'remoteAddress' | 'phase1' | 'phase2'>>,
): object {
  return {
    name: them.name,
    startup: 'wait',
    local: { address: us.address, id: `@${us.name}`, auth: 'psk' },
    remote: { address: remoteAddress, id: `@${them.name}`, auth: 'psk' },
    phase1: { proposals: [phase1] },
    phase2: { proposals: [phase2] },
    natt: { mode: 'force' },
    tunnels: [{ name: 'lan', local: us.network, remote: them.network }],
  };
}

/** A gateway with all that it has told since its making. */
export interface Told {
  readonly gateway: Gateway;
  readonly events: readonly GatewayEvent[];
}

export function told(config: GatewayConfig, options: GatewayOptions = {}): Told {
  const gateway = new Gateway(config, options);
  const events: GatewayEvent[] = [];
  gateway.subscribe((event) => events.push(event));
  return { gateway, events };
}

/** Runs `body` with both ends started and stops them whatever comes of it. */
export async function withPair(
  { plant, hq }: { readonly plant: Told; readonly hq: Told },
  body: () => Promise<void>,
): Promise<void> {
  try {
    await hq.gateway.start();
    await plant.gateway.start();
    await body();
    for (const { gateway } of [plant, hq]) await requireDocumented(gateway);
  } finally {
    await plant.gateway.stop();
    await hq.gateway.stop();
  }
}

/** What a gateway says of itself is what the API's document says that it says. */
async function requireDocumented(gateway: Gateway): Promise<void> {
  const status = await gateway.status().catch(() => undefined);
  if (status !== undefined) documented.parse(JSON.parse(JSON.stringify(status)));
}

/** Both ends of one pair, as their configurations say without changes but these. */
export function pairOf(changes: { readonly plant?: Changes; readonly hq?: Changes } = {}): {
  readonly plant: Told;
  readonly hq: Told;
} {
  const ends = addresses();
  return {
    plant: told(configOf(ends.plant, ends.hq, changes.plant)),
    hq: told(configOf(ends.hq, ends.plant, changes.hq)),
  };
}
