import { isNamedHost } from '../base/remote-address.ts';
import type { ConnectionPolicy, TunnelPolicy } from '../ike/negotiate/policy.ts';
import { isHybrid } from './hybrid.ts';
import type { ConnectionConfig, GatewayConfig, TunnelConfig } from './config.ts';

/** The configuration as the engine's policies, which resolve host names themselves. */
export function connectionPolicies({ connections }: Pick<GatewayConfig, 'connections'>): ConnectionPolicy[] {
  return connections.map(connectionPolicy);
}

function connectionPolicy(connection: ConnectionConfig): ConnectionPolicy {
  const { name, local, phase1, natt, fragmentation, modeConfig, onPeerDelete, unique, maxPeers, keyingTries } =
    connection;
  return {
    name,
    local: { address: local.address === 'auto' ? 'any' : local.address, id: local.id },
    remote: {
      address: remoteAddress(connection),
      id: connection.remote.id,
      nameMatching: connection.remote.nameMatching,
    },
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
    maxPeers,
    ...(keyingTries === 'forever' ? {} : { keyingTries }),
    ...(connection.dpd === false ? {} : { dpd: connection.dpd }),
    tunnels: connection.tunnels.map((tunnel) => tunnelPolicy(tunnel, connection)),
  };
}

function remoteAddress({ remote: { address }, dynDns }: ConnectionConfig): ConnectionPolicy['remote']['address'] {
  if (!isNamedHost(address)) return address;
  return dynDns.monitor ? { host: address.host, monitor: dynDns.interval } : { host: address.host };
}

function tunnelPolicy(tunnel: TunnelConfig, { phase2 }: ConnectionConfig): TunnelPolicy {
  return { ...tunnel, suites: phase2.proposals, lifetime: phase2.lifetime, ...renewalOf(phase2) };
}

const renewalOf = ({ rekey }: Pick<ConnectionConfig['phase1'], 'rekey'>): Pick<TunnelPolicy, 'renewal'> =>
  rekey === false ? {} : { renewal: rekey };

function userOf({ local, remote }: ConnectionConfig): Pick<ConnectionPolicy, 'user'> {
  const alone = isHybrid({ local, remote }) ? ({ alone: true } as const) : {};
  if (local.user !== undefined) return { user: { side: 'local', name: local.user, ...alone } };
  return remote.users === undefined ? {} : { user: { side: 'remote', names: remote.users, ...alone } };
}
