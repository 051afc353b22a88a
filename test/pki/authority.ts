import { webcrypto } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as X509 from '@peculiar/x509';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { parseRevocationList, type RevocationList } from '../../src/pki/revocation-list.ts';

const load = createRequire(import.meta.url);
load('reflect-metadata');
const library = load('@peculiar/x509') as typeof X509;
library.cryptoProvider.set(webcrypto);

type KeyPair = X509.X509CertificateCreateSelfSignedParams['keys'];

const ALGORITHMS = {
  p256: { name: 'ECDSA', namedCurve: 'P-256' },
  p384: { name: 'ECDSA', namedCurve: 'P-384' },
  p521: { name: 'ECDSA', namedCurve: 'P-521' },
  rsa1024: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 1024, publicExponent: Uint8Array.of(1, 0, 1) },
  rsa2048: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
  rsa4096: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 4096, publicExponent: Uint8Array.of(1, 0, 1) },
} as const;
export type KeyName = keyof typeof ALGORITHMS;

/** What is to be in a certificate; valid from 2020 to 2030 where nothing else is said. */
export interface Wanted {
  readonly subject?: string;
  readonly key?: KeyName;
  readonly names?: readonly { readonly type: 'dns' | 'email' | 'ip'; readonly value: string }[];
  readonly from?: string;
  readonly until?: string;
  readonly hash?: 'SHA-1' | 'SHA-256';
  readonly extensions?: readonly X509.Extension[];
  /** SubjectPublicKeyInfo of another key than its own, for one that nobody could have. */
  readonly publicKey?: Uint8Array<ArrayBuffer>;
}

/** Somebody who has a key and a certificate, and may issue others. */
export interface Party {
  readonly certificate: Certificate;
  readonly keys: KeyPair;
  /** PKCS #8 DER. */
  readonly privateKey: Uint8Array;
  issue(wanted: Wanted): Promise<Party>;
  /** A list of these serial numbers, good from 2020 until then. */
  revoke(serialNumbers: readonly string[], until?: string): Promise<RevocationList>;
}

export const { BasicConstraintsExtension, ExtendedKeyUsageExtension, KeyUsagesExtension, KeyUsageFlags, Extension } =
  library;

/** An authority of its own making: cA, and as many below it as `pathLength` says. */
export const authority = (wanted: Wanted = {}): Promise<Party> =>
  make({ subject: 'CN=Root', ...wanted, extensions: [...(wanted.extensions ?? []), ...asAuthority()] }, undefined);

/** The extensions of an authority. */
export const asAuthority = (pathLength?: number): X509.Extension[] => [
  new BasicConstraintsExtension(true, pathLength, true),
  new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
];

/** One that vouches for itself. */
export const selfSigned = (wanted: Wanted): Promise<Party> => make(wanted, undefined);

export const pemText = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;

let serial = 1;

async function make(wanted: Wanted, issuer: { subject: string; keys: KeyPair } | undefined): Promise<Party> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHMS[wanted.key ?? 'p256'], true, ['sign', 'verify']);
  const { subject = 'CN=gateway' } = wanted;
  const names = wanted.names === undefined ? [] : [new library.SubjectAlternativeNameExtension([...wanted.names])];
  const signer = issuer?.keys ?? keys;
  const certificate = await library.X509CertificateGenerator.create({
    serialNumber: (serial += 1).toString(16).padStart(4, '0'),
    subject,
    issuer: issuer?.subject ?? subject,
    ...validity(wanted),
    publicKey: wanted.publicKey ?? keys.publicKey,
    signingKey: signer.privateKey,
    signingAlgorithm: { name: signer.privateKey.algorithm.name, hash: wanted.hash ?? 'SHA-256' },
    extensions: [...names, ...(wanted.extensions ?? [])],
  });
  return {
    certificate: parseCertificate(new Uint8Array(certificate.rawData)),
    keys,
    privateKey: new Uint8Array(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)),
    issue: (next) => make(next, { subject, keys }),
    revoke: (serialNumbers, until = '2030-01-01T00:00:00Z') => list(subject, keys, serialNumbers, until),
  };
}

const validity = ({ from = '2020-01-01T00:00:00Z', until = '2030-01-01T00:00:00Z' }: Wanted) => ({
  notBefore: new Date(from),
  notAfter: new Date(until),
});

async function list(
  issuer: string,
  keys: KeyPair,
  serialNumbers: readonly string[],
  until: string,
): Promise<RevocationList> {
  const made = await library.X509CrlGenerator.create({
    issuer,
    thisUpdate: new Date('2020-01-01T00:00:00Z'),
    nextUpdate: new Date(until),
    entries: serialNumbers.map((serialNumber) => ({ serialNumber, revocationDate: new Date('2020-06-01T00:00:00Z') })),
    signingAlgorithm: { name: keys.privateKey.algorithm.name, hash: 'SHA-256' },
    signingKey: keys.privateKey,
    // Without it strongSwan does not find a list by its issuer's key.
    extensions: [await library.AuthorityKeyIdentifierExtension.create(keys.publicKey)],
  });
  return parseRevocationList(new Uint8Array(made.rawData));
}
