import { sameData } from '../base/same-data.ts';
import type { ConnectionConfig, GatewayConfig, TunnelConfig } from '../config/config.ts';
import { connectionNamed } from '../config/connection-named.ts';
import type { EspBackend, GuardedTraffic } from '../esp/backend.ts';
import type { Effect } from '../ike/effects.ts';

/** The traffic of every tunnel of a configuration: none of its packets leaves in clear, whether its connection is up or not. */
export function guardsOf({ connections }: Pick<GatewayConfig, 'connections'>): GuardedTraffic[] {
  return connections.flatMap((connection) =>
    connection.tunnels.filter(isKnown).map(({ name, local, remote }) => guardOf(connection, name, { local, remote })),
  );
}

/** The same for tunnels to which the peer has assigned an address of ours. */
function assignedGuards(
  { connections }: Pick<GatewayConfig, 'connections'>,
  { connection, address, tunnels }: Extract<Effect, { type: 'assign' }>,
): GuardedTraffic[] {
  const config = connectionNamed(connections, connection);
  if (config === undefined) return [];
  return tunnels.map(({ name, local, remote, round }) => ({
    ...guardOf(config, name, { local, remote }),
    address,
    round,
  }));
}

/** In transport mode with a peer that may be anywhere, nobody knows before it is there which packets are for it. */
const isKnown = ({ mode, remote }: TunnelConfig): boolean => mode === 'tunnel' || remote.first === remote.last;

const guardOf = (
  { name, startup, forward, kernel }: Pick<ConnectionConfig, 'name' | 'startup' | 'forward' | 'kernel'>,
  tunnel: string,
  selectors: Pick<GuardedTraffic, 'local' | 'remote'>,
): GuardedTraffic => ({
  ...{ connection: name, tunnel, ...selectors },
  ...{ without: startup === 'wait' ? 'block' : 'trap', forwards: forward },
  ...(kernel && { handling: kernel }),
});

/** Each is a change in place where its tunnel is guarded already. */
export async function guardAll(guards: readonly GuardedTraffic[], backend: EspBackend): Promise<void> {
  for (const guard of guards) await backend.guard(guard);
}

/** The peer has given us an address, and maybe networks: some tunnels carry that from now on, and others nothing. */
export async function guardAssigned(
  config: Pick<GatewayConfig, 'connections'>,
  effect: Extract<Effect, { type: 'assign' }>,
  backend: EspBackend,
): Promise<void> {
  await guardAll(assignedGuards(config, effect), backend);
  for (const tunnel of effect.idle) await backend.unguard(effect.connection, tunnel);
}

/** The tunnels of one connection are guarded, or not. */
export async function guardAgain(
  { connections }: Pick<GatewayConfig, 'connections'>,
  { connection, guarded }: Extract<Effect, { type: 'guard' }>,
  backend: EspBackend,
): Promise<void> {
  const config = connectionNamed(connections, connection);
  const guards = config === undefined ? [] : guardsOf({ connections: [config] });
  if (guarded) return guardAll(guards, backend);
  for (const { tunnel } of guards) await backend.unguard(connection, tunnel);
}

/** Those that are not the same among others: a tunnel that does not change keeps what Mode Config has made of it. */
export const guardsBeside = (guards: readonly GuardedTraffic[], others: readonly GuardedTraffic[]): GuardedTraffic[] =>
  guards.filter((guard) => !others.some((other) => sameData(guard, other)));

/** Takes the guards of tunnels away that are not among others. */
export async function unguardAllBut(
  kept: readonly GuardedTraffic[],
  guards: readonly GuardedTraffic[],
  backend: EspBackend,
): Promise<void> {
  const isKept = (guard: GuardedTraffic): boolean =>
    kept.some(({ connection, tunnel }) => connection === guard.connection && tunnel === guard.tunnel);
  for (const guard of guards) if (!isKept(guard)) await backend.unguard(guard.connection, guard.tunnel);
}
