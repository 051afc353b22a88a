import type { IpAddress } from '../base/address.ts';
import type { ConnectionPolicy, TunnelPolicy } from '../ike/negotiate/policy.ts';
import type { ConnectionConfig, GatewayConfig, TunnelConfig } from './config.ts';

/** What a host name resolves to now, or undefined while it does not. */
export type Resolve = (host: string) => IpAddress | undefined;

/**
 * The configuration as the engine's policies.
 *
 * A host name that does not resolve leaves its connection out: taking `any` for it would let strangers in where one peer is meant.
 */
export function connectionPolicies(
  config: Pick<GatewayConfig, 'connections'>,
  resolve: Resolve = () => undefined,
): ConnectionPolicy[] {
  return config.connections.flatMap((connection) => {
    const address = remoteAddress(connection, resolve);
    return address === undefined ? [] : [connectionPolicy(connection, address)];
  });
}

/** One connection as a policy, with the address that its peer has now. */
export function connectionPolicy(connection: ConnectionConfig, remote: IpAddress | 'any'): ConnectionPolicy {
  const { name, local, phase1, natt, fragmentation, modeConfig, onPeerDelete, unique, keyingTries } = connection;
  return {
    name,
    local: { address: local.address === 'auto' ? 'any' : local.address, id: local.id },
    remote: { address: remote, id: connection.remote.id, nameMatching: connection.remote.nameMatching },
    exchange: phase1.exchange,
    suites: phase1.proposals,
    lifetime: phase1.lifetime,
    ...userOf(connection),
    ...(modeConfig === undefined ? {} : { modeConfig }),
    ...renewalOf(phase1),
    ...(fragmentation.mode === 'off' ? {} : { fragmentSize: fragmentation.size }),
    natt,
    onPeerDelete,
    unique,
    ...(keyingTries === 'forever' ? {} : { keyingTries }),
    tunnels: connection.tunnels.map((tunnel) => tunnelPolicy(tunnel, connection)),
  };
}

/** The host names that have to be resolved before all connections have policies. */
export function hostNames(config: Pick<GatewayConfig, 'connections'>): string[] {
  const hosts = config.connections.flatMap(({ remote }) =>
    typeof remote.address === 'object' ? [remote.address.host] : [],
  );
  return [...new Set(hosts)];
}

function remoteAddress({ remote }: ConnectionConfig, resolve: Resolve): IpAddress | 'any' | undefined {
  return typeof remote.address === 'object' ? resolve(remote.address.host) : remote.address;
}

function tunnelPolicy(tunnel: TunnelConfig, { phase2 }: ConnectionConfig): TunnelPolicy {
  return { ...tunnel, suites: phase2.proposals, lifetime: phase2.lifetime, ...renewalOf(phase2) };
}

const renewalOf = ({ rekey }: Pick<ConnectionConfig['phase1'], 'rekey'>): Pick<TunnelPolicy, 'renewal'> =>
  rekey === false ? {} : { renewal: rekey };

function userOf({ local, remote }: ConnectionConfig): Pick<ConnectionPolicy, 'user'> {
  if (local.user !== undefined) return { user: { side: 'local', name: local.user } };
  return remote.users === undefined ? {} : { user: { side: 'remote', names: remote.users } };
}
