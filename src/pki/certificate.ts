import type * as X509 from '@peculiar/x509';
import { ipBytes, parseIpAddress } from '../base/address.ts';
import { plainBytes, utf8Bytes } from '../base/bytes.ts';
import { distinguishedNameText } from '../base/distinguished-name.ts';
import { IkeError } from '../base/errors.ts';
import { ID_TYPE, type Identity } from '../base/identity.ts';
import { type PublicKeyKind, publicKeyKind } from '../crypto/native-keys.ts';
import { x509 } from './library.ts';
import { type WallTime, wallTime } from './wall-time.ts';

/** What we ask of a certificate, RFC 5280 §4.1. It is read, and nothing in it is believed yet. */
export interface Certificate {
  readonly der: Uint8Array;
  /** DER of the distinguished names, as they stand in the certificate. */
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  /** Hexadecimal. */
  readonly serialNumber: string;
  readonly notBefore: WallTime;
  readonly notAfter: WallTime;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly key: PublicKeyKind;
  /** The hash under the signature: `sha256`; or the OID of an algorithm that has none we know. */
  readonly signatureHash: string;
  /** cA of basicConstraints, RFC 5280 §4.2.1.9. */
  readonly isAuthority: boolean;
  /** Bits of keyUsage; undefined where there is no such extension, which allows everything. */
  readonly keyUsage: number | undefined;
  /** OIDs of extendedKeyUsage; undefined where there is no such extension. */
  readonly extendedKeyUsage: readonly string[] | undefined;
  /** The names of subjectAltName that IKE has identities for (RFC 4945 §5.1.3.6). */
  readonly alternativeNames: readonly Identity[];
}

/** Bits of keyUsage as `Certificate.keyUsage` has them, RFC 5280 §4.2.1.3. */
export const KEY_USAGE = { digitalSignature: 1, nonRepudiation: 2 } as const;

/** How messages name a certificate: by its subject, or, where that is empty (RFC 4945 §5.1.2.1), by its serial number and issuer. */
export function certificateText({ subject, issuer, serialNumber }: Certificate): string {
  // An empty SEQUENCE.
  if (subject.length > 2) return distinguishedNameText(subject);
  return `number ${serialNumber} of ${distinguishedNameText(issuer)}`;
}

/** @throws IkeError INVALID_CERTIFICATE where it is none, or its key is none that we can read */
export function parseCertificate(der: Uint8Array): Certificate {
  const library = x509();
  try {
    return read(library, new library.X509Certificate(der));
  } catch (cause) {
    throw new IkeError('INVALID_CERTIFICATE', { check: 'unreadable', octets: der.length }, { cause });
  }
}

function read(library: typeof X509, certificate: X509.X509Certificate): Certificate {
  const publicKey = new Uint8Array(certificate.publicKey.rawData);
  const usages = certificate.getExtension(library.KeyUsagesExtension)?.usages;
  const purposes = certificate.getExtension(library.ExtendedKeyUsageExtension)?.usages;
  const names = certificate.getExtension(library.SubjectAlternativeNameExtension)?.names.items ?? [];
  return {
    der: new Uint8Array(certificate.rawData),
    subject: new Uint8Array(certificate.subjectName.toArrayBuffer()),
    issuer: new Uint8Array(certificate.issuerName.toArrayBuffer()),
    serialNumber: certificate.serialNumber,
    notBefore: wallTime(certificate.notBefore),
    notAfter: wallTime(certificate.notAfter),
    publicKey,
    key: publicKeyKind(publicKey),
    signatureHash: hashOf(certificate.signatureAlgorithm as SignatureAlgorithm),
    isAuthority: certificate.getExtension(library.BasicConstraintsExtension)?.ca === true,
    keyUsage: usages,
    extendedKeyUsage: purposes?.map(String),
    alternativeNames: names.flatMap(identityOf),
  };
}

/** What the library gives; its own type for it is the browser's. */
interface SignatureAlgorithm {
  readonly name: string;
  readonly hash?: { readonly name: string };
}

function hashOf(algorithm: SignatureAlgorithm): string {
  return (algorithm.hash?.name ?? algorithm.name).toLowerCase().replace('sha-', 'sha');
}

function identityOf({ type, value }: X509.GeneralName): Identity[] {
  switch (type) {
    case 'dns':
      return [{ idType: ID_TYPE.FQDN, data: utf8Bytes(value) }];
    case 'email':
      return [{ idType: ID_TYPE.USER_FQDN, data: utf8Bytes(value) }];
    case 'ip': {
      const address = parseIpAddress(value);
      if (address === undefined) return [];
      const data = plainBytes(ipBytes(address));
      return [{ idType: data.length === 4 ? ID_TYPE.IPV4_ADDR : ID_TYPE.IPV6_ADDR, data }];
    }
    case 'dn':
    case 'guid':
    case 'id':
    case 'upn':
    case 'url':
      return [];
  }
}
