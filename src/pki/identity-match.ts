import { ID_TYPE, type Identity, identityText, sameIdentity } from '../base/identity.ts';
import { sameDistinguishedName } from '../base/distinguished-name.ts';
import type { Certificate } from './certificate.ts';

/**
 * Whether an identity of IKE stands in a certificate, RFC 4945 §3.1: a distinguished name as its subject; a host name, user name or
 * address among its subjectAltName, without wildcards, whatever the subject says (§3.1.9). Other types stand in none.
 *
 * Deviation: RFC 4945 §3.1.5 wants the subject bit by bit; peers that build the name from their configuration choose other string
 * types, and RFC 5280 §7.1 says that this is the same name.
 *
 * Deviation: RFC 4945 §3.1.1 wants an address to be that of the packet as well, by default. Behind a NAT it never is, and it is the
 * certificate that proves whose it is; where a peer may come from, `remote.address` says.
 */
export function identityIsIn(identity: Identity, certificate: Certificate): boolean {
  if (identity.idType === ID_TYPE.DER_ASN1_DN)
    return certificate.subject.length > 2 && sameDistinguishedName(identity.data, certificate.subject);
  return certificate.alternativeNames.some((name) => sameIdentity(name, identity));
}

/** All identities that a peer with this certificate may claim. */
export function identitiesIn(certificate: Certificate): readonly Identity[] {
  const subject = certificate.subject.length > 2 ? [{ idType: ID_TYPE.DER_ASN1_DN, data: certificate.subject }] : [];
  return [...subject, ...certificate.alternativeNames];
}

/** For refusals: `it is for CN=gw, @gw.example.org`. */
export const identitiesText = (certificate: Certificate): string =>
  identitiesIn(certificate).map(identityText).join(', ');
