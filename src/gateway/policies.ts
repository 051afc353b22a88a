import { lookup } from 'node:dns/promises';
import { type IpAddress, parseIpAddress } from '../base/address.ts';
import type { ConnectionConfig, GatewayConfig } from '../config/config.ts';
import { connectionPolicy } from '../config/policy.ts';
import type { ConnectionPolicy } from '../ike/negotiate/policy.ts';
import type { GatewayStatus } from '../status/gateway-status.ts';
import type { Certificates } from './certificates.ts';
import { sourceAddressFor } from './udp.ts';

/** A connection with the addresses that it has now, or why it has none. */
type PolicyOutcome = { readonly policy: ConnectionPolicy } | GatewayStatus['unusable'][number];

export interface Policies {
  readonly policies: readonly ConnectionPolicy[];
  readonly unusable: GatewayStatus['unusable'];
  /** Absent where no connection has any. */
  readonly certificates: Certificates | undefined;
}

/**
 * Resolves the peers' names, finds our own address toward each, and reads the certificates. An address that cannot be had leaves the
 * other connections alone.
 *
 * @throws IkeError CREDENTIAL_UNREADABLE, CERTIFICATE_UNAVAILABLE
 */
export async function policiesOf(config: GatewayConfig): Promise<Policies> {
  const outcomes = await Promise.all(config.connections.map(policyOf));
  const certificates = await certificatesIn(config);
  const policies = outcomes.flatMap((outcome) => ('policy' in outcome ? [outcome.policy] : []));
  return {
    policies: policies.map((policy) => certificates?.withCertificates(policy) ?? policy),
    certificates,
    unusable: outcomes.flatMap((outcome) => ('policy' in outcome ? [] : [outcome])),
  };
}

/** Read only where a connection has certificates, because the libraries take their time to load. */
async function certificatesIn(config: GatewayConfig): Promise<Certificates | undefined> {
  if (config.connections.every(({ local }) => local.auth === 'psk')) return undefined;
  const { certificatesOf } = await import('./certificates.ts');
  return certificatesOf(config);
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
