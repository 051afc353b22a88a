import { IkeError } from '../base/errors.ts';
import type { TrafficSelector } from '../base/selector.ts';
import type { ConnectionPolicy } from '../ike/negotiate/policy.ts';

/** What a tunnel carries, by its connection and, where that has several, by its own name. @throws IkeError UNKNOWN_NAME */
export function tunnelSelectors(
  connections: readonly ConnectionPolicy[],
  connection: string,
  tunnel?: string,
): { readonly local: TrafficSelector; readonly remote: TrafficSelector } {
  const tunnels = connections.find(({ name }) => name === connection)?.tunnels ?? [];
  const found = tunnel === undefined ? tunnels[0] : tunnels.find(({ name }) => name === tunnel);
  if (found === undefined) throw new IkeError('UNKNOWN_NAME', { connection, tunnel });
  return found;
}
