import type { IpAddress, UdpEndpoint } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import type { Identity } from '../base/identity.ts';
import type { ConnectionPolicy } from './negotiate/policy.ts';

/**
 * The two addresses between which a connection is begun from here.
 *
 * @throws IkeError PEER_ADDRESS_UNKNOWN; INVALID_ARGUMENT for a local address that is not one, because NAT discovery hashes the
 * address that packets will have
 */
export function endsOf({ name, local, remote }: ConnectionPolicy): { local: IpAddress; remote: IpAddress } {
  if (remote.address === 'any') throw new IkeError('PEER_ADDRESS_UNKNOWN', { connection: name });
  if (local.address === 'any') throw new IkeError('INVALID_ARGUMENT', { what: 'local address', connection: name });
  return { local: local.address, remote: remote.address };
}

/** The same with the port of IKE, where nothing is known of a NAT yet. */
export function endpointsOf(policy: ConnectionPolicy, port: number): { local: UdpEndpoint; remote: UdpEndpoint } {
  const { local, remote } = endsOf(policy);
  return { local: { address: local, port }, remote: { address: remote, port } };
}

/** Between which endpoints something goes. */
export interface Ends {
  readonly local: UdpEndpoint;
  readonly remote: UdpEndpoint;
}

/** A peer that has been proved before, and where it was: whom a renewal is with, though the connection may be with anybody. */
export interface Whom extends Ends {
  readonly id: Identity;
}

/** A connection narrowed to one peer that has been proved under it. */
export function withPeer(policy: ConnectionPolicy, { local, remote, id }: Whom): ConnectionPolicy {
  return {
    ...policy,
    local: { ...policy.local, address: local.address },
    remote: { address: remote.address, id },
  };
}
