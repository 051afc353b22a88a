import {
  type ConnectionPolicy,
  type GroupName,
  parseIdentity,
  parseSelector,
  requireIpAddress,
  seconds,
} from 'sallyport/core';
import { CIPHER, ESP, GATEWAY, GATEWAY_NETWORK, HASH, peerAddress, peerNetwork } from './plan.ts';

/** The connection to the gateway, as a peer has it. */
export function policyOf(name: string, peer: number, group: GroupName, pfs: GroupName | undefined): ConnectionPolicy {
  const address = peerAddress(peer);
  return {
    name,
    local: { address: requireIpAddress(address), id: parseIdentity(address) },
    remote: { address: requireIpAddress(GATEWAY), id: parseIdentity(GATEWAY) },
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
