import type { GatewayConfig } from '../config/config.ts';
import { connectionPolicies } from '../config/policy.ts';
import type { ConnectionPolicy } from '../ike/negotiate/policy.ts';
import type { Certificates } from './certificates.ts';

export interface Policies {
  readonly policies: readonly ConnectionPolicy[];
  /** Absent where no connection has any. */
  readonly certificates: Certificates | undefined;
}

/** The connections as the engine's policies, with what they have in the way of certificates. @throws IkeError CREDENTIAL_UNREADABLE, CERTIFICATE_UNAVAILABLE */
export async function policiesOf(config: GatewayConfig): Promise<Policies> {
  const certificates = await certificatesIn(config);
  const policies = connectionPolicies(config);
  return { policies: policies.map((policy) => certificates?.withCertificates(policy) ?? policy), certificates };
}

/** Read only where a connection has certificates, because the libraries take their time to load. */
async function certificatesIn(config: GatewayConfig): Promise<Certificates | undefined> {
  if (config.connections.every(({ local }) => local.auth === 'psk')) return undefined;
  const { certificatesOf } = await import('./certificates.ts');
  return certificatesOf(config);
}
