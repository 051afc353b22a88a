import {
  type ConnectionPolicy,
  type GroupName,
  parseIdentity,
  parseSelector,
  requireIpAddress,
  seconds,
} from 'sallyport/core';
import {
  CIPHER,
  ESP,
  GATEWAY,
  GATEWAY_NAME,
  GATEWAY_NETWORK,
  HASH,
  PEER_NAME,
  peerAddress,
  peerNetwork,
} from './plan.ts';

/** What both phases are about. */
export interface Agreed {
  readonly group: GroupName;
  readonly pfs?: GroupName | undefined;
  readonly certificates?: ConnectionPolicy['certificates'];
}

/** The connection to the gateway, as a peer has it. */
export function policyOf(name: string, peer: number, { group, pfs, certificates }: Agreed): ConnectionPolicy {
  const address = peerAddress(peer);
  const ids =
    certificates === undefined
      ? { own: address, gateway: GATEWAY }
      : { own: `@${PEER_NAME}`, gateway: `@${GATEWAY_NAME}` };
  return {
    name,
    local: { address: requireIpAddress(address), id: parseIdentity(ids.own) },
    remote: { address: requireIpAddress(GATEWAY), id: parseIdentity(ids.gateway) },
    ...(certificates === undefined ? {} : { certificates }),
    suites: [{ cipher: CIPHER, hash: HASH, group }],
    lifetime: { duration: seconds(28_800) },
    natt: { mode: 'force', keepalive: seconds(20) },
    tunnels: [
      {
        name: 'net',
        mode: 'tunnel',
        local: parseSelector(peerNetwork(peer)),
        remote: parseSelector(GATEWAY_NETWORK),
        suites: [{ cipher: ESP, ...(pfs === undefined ? {} : { group: pfs }) }],
        lifetime: { duration: seconds(3600) },
      },
    ],
  };
}
