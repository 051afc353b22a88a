import { parseConfig } from '../../src/config/parse.ts';
import type { ConnectionConfig, GatewayConfig } from '../../src/config/config.ts';

/** One connection as a configuration writes it, with what a test wants different. */
export function connection(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    name: 'hq',
    startup: 'initiate',
    local: { address: '192.0.2.1', id: '@plant-7' },
    remote: { address: '198.51.100.1', id: '@hq' },
    tunnels: [{ name: 'lan', local: '10.1.0.0/24', remote: '10.2.0.0/24' }],
    ...changes,
  };
}

/** A configuration without anything to say about it, with what a test wants different. */
export function sample(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    credentials: { psks: [{ peers: ['@plant-7', '@hq'], secret: { env: 'PSK' } }] },
    connections: [connection()],
    ...changes,
  };
}

export const sources = { env: { PSK: 'correct horse battery staple', OTHER: 'another long secret' } };

export const config = (changes: Readonly<Record<string, unknown>> = {}): GatewayConfig =>
  parseConfig(sample(changes), sources);

/** The only connection of a configuration that has one. */
export function onlyConnection({ connections }: GatewayConfig): ConnectionConfig {
  const [first] = connections;
  if (first === undefined) throw new Error('no connection');
  return first;
}
