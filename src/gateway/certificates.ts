import { hasCertificates } from '../config/hybrid.ts';
import { IkeError } from '../base/errors.ts';
import { identityText } from '../base/identity.ts';
import type { CertificateConfig, ConnectionConfig, GatewayConfig } from '../config/config.ts';
import type { SignatureVerifier } from '../crypto/signatures.ts';
import type { ConnectionPolicy } from '../ike/negotiate/policy.ts';
import type { Certificate } from '../pki/certificate.ts';
import { CertificateDesk } from '../pki/certificate-desk.ts';
import { authorityNames } from '../pki/certificate-request.ts';
import {
  type Credential,
  readCertificates,
  readCredential,
  readPkcs12Credential,
  readRevocationLists,
} from '../pki/credential.ts';
import { identityIsIn } from '../pki/identity-match.ts';
import { opensslSignatures } from '../pki/openssl-signatures.ts';
import type { Revocation, Trust } from '../pki/trust.ts';

/** What the configuration says about certificates, read and put in order. */
export interface Certificates {
  readonly desk: CertificateDesk;
  readonly signatures: SignatureVerifier;
  /** The policy with what its connection has in the way of certificates; as it is where it has none. */
  withCertificates(policy: ConnectionPolicy): ConnectionPolicy;
}

/**
 * Reads the files of the configuration.
 *
 * @throws IkeError CREDENTIAL_UNREADABLE with the file and what is wrong with it; CERTIFICATE_UNAVAILABLE for a connection whose
 * identity stands in no certificate of ours
 */
export function certificatesOf({ credentials, connections }: GatewayConfig): Certificates {
  const own = credentials.certificates.map(credentialOf);
  const authorities = credentials.authorities.flatMap(readCertificates);
  const intermediates = credentials.intermediates.flatMap(readCertificates);
  const revocation = revocationOf(credentials);
  const trust: Trust = { authorities, intermediates, pinned: [], revocation, allow: credentials.allow };
  const trusts = trustsOf(connections, trust);
  const policies = new Map(
    connections
      .filter(hasCertificates)
      .map((connection) => [
        connection.name,
        certificatePolicy(connection, own, authoritiesOf(connection, authorities)),
      ]),
  );
  return {
    signatures: opensslSignatures,
    desk: new CertificateDesk({ credentials: own, intermediates, trust: (name) => trusts.get(name) ?? NOBODY }),
    withCertificates: (policy) => {
      const certificates = policies.get(policy.name);
      return certificates === undefined ? policy : { ...policy, certificates };
    },
  };
}

/** Whom each connection trusts: the same object for all that say nothing of their own, because the desk asks about each object once. */
export function trustsOf(connections: readonly ConnectionConfig[], common: Trust): ReadonlyMap<string, Trust> {
  return new Map(
    connections.map((connection) => {
      const own = {
        pinned: pinnedOf(connection),
        authorities: authoritiesOf(connection, common.authorities),
      };
      const shared = own.pinned.length === 0 && own.authorities === common.authorities;
      return [connection.name, shared ? common : { ...common, ...own }];
    }),
  );
}

const NOBODY: Trust = { authorities: [], intermediates: [], pinned: [], revocation: { mode: 'off' }, allow: [] };

function credentialOf({ files, passphrase }: CertificateConfig): Credential {
  return 'pkcs12' in files
    ? readPkcs12Credential(files.pkcs12, passphrase)
    : readCredential(files.cert, files.key, passphrase);
}

function revocationOf({ revocation: mode, crls }: GatewayConfig['credentials']): Revocation {
  // Without any list there is nothing to look up, unless there has to be one.
  if (mode === 'off' || (mode === 'soft' && crls.length === 0)) return { mode: 'off' };
  return { mode, lists: crls.flatMap(readRevocationLists) };
}

/** Those that may vouch for the peer of a connection: its own, where it names some. */
const authoritiesOf = ({ remote }: ConnectionConfig, all: readonly Certificate[]): readonly Certificate[] =>
  remote.authorities === undefined ? all : remote.authorities.flatMap(readCertificates);

const pinnedOf = ({ remote }: ConnectionConfig): readonly Certificate[] =>
  remote.certificate === undefined ? [] : readCertificates(remote.certificate).slice(0, 1);

/** The methods are those of our keys for this identity, in the order of the configuration. */
function certificatePolicy(
  { name, local, remote }: ConnectionConfig,
  own: readonly Credential[],
  authorities: readonly Certificate[],
): NonNullable<ConnectionPolicy['certificates']> {
  const common = { authorities: authorityNames(authorities), send: local.sendCertificate };
  // A peer that signs alone does so with RSA: Hybrid Authentication has no other method of ours.
  if (local.auth === 'xauth') return { methods: ['rsa'], ...common };
  const methods = own
    .filter(
      ({ certificate, method }) => identityIsIn(local.id, certificate) && (remote.auth !== 'xauth' || method === 'rsa'),
    )
    .map(({ method }) => method);
  if (methods.length === 0)
    throw new IkeError('CERTIFICATE_UNAVAILABLE', { connection: name, identity: identityText(local.id) });
  return { methods: [...new Set(methods)], ...common };
}
