import type { ConnectionConfig } from './config.ts';

type Connections = readonly ConnectionConfig[];

/** The connection of this name. Every handshake asks for it, several times, and there may be thousands. */
export function connectionNamed(connections: Connections, name: string): ConnectionConfig | undefined {
  let named = NAMED.get(connections);
  if (named === undefined) {
    named = new Map(connections.map((connection) => [connection.name, connection]));
    NAMED.set(connections, named);
  }
  return named.get(name);
}

/** Made once for each configuration. */
const NAMED = new WeakMap<Connections, ReadonlyMap<string, ConnectionConfig>>();
