import type { IpAddress } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
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
