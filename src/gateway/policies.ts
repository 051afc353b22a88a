import { lookup } from 'node:dns/promises';
import { type IpAddress, parseIpAddress } from '../base/address.ts';
import type { ConnectionConfig, GatewayConfig } from '../config/config.ts';
import { connectionPolicy } from '../config/policy.ts';
import type { ConnectionPolicy } from '../ike/negotiate/policy.ts';
import { sourceAddressFor } from './udp.ts';

/** A connection with the addresses that it has now, or why it has none. */
export type PolicyOutcome =
  | { readonly policy: ConnectionPolicy }
  | { readonly connection: string; readonly reason: string };

/** Resolves the peers' names and finds our own address toward each. One that cannot be had leaves the others alone. */
export async function policiesOf(config: GatewayConfig): Promise<PolicyOutcome[]> {
  return Promise.all(config.connections.map(policyOf));
}

async function policyOf(connection: ConnectionConfig): Promise<PolicyOutcome> {
  try {
    const remote = await remoteAddress(connection);
    const policy = connectionPolicy(connection, remote);
    if (policy.local.address !== 'any' || remote === 'any') return { policy };
    return { policy: { ...policy, local: { ...policy.local, address: await sourceAddressFor(remote) } } };
  } catch (error) {
    return { connection: connection.name, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function remoteAddress({ remote }: ConnectionConfig): Promise<IpAddress | 'any'> {
  if (typeof remote.address !== 'object') return remote.address;
  const { address } = await lookup(remote.address.host);
  const parsed = parseIpAddress(address);
  if (parsed === undefined)
    throw new Error(`the name ${remote.address.host} resolves to ${address}, which is no address`);
  return parsed;
}
