import { sameBytes } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import type { Secret } from '../base/secret.ts';
import { methodOfKey } from '../crypto/native-keys.ts';
import { type PrivateKey, type PrivateKeyProblem, readPrivateKey } from '../crypto/native-private-key.ts';
import type { SignatureMethod, Signer } from '../crypto/signatures.ts';
import { type Certificate, certificateText, parseCertificate } from './certificate.ts';
import { softwareSigner } from './openssl-signatures.ts';
import { pemBlocks } from './pem.ts';
import { readPkcs12 } from './pkcs12.ts';
import { parseRevocationList, type RevocationList } from './revocation-list.ts';

/** The octets of a file and its name, by which errors call it. */
export interface CredentialFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** A certificate of ours and what signs for it. */
export interface Credential {
  readonly certificate: Certificate;
  /** What came with it in the same file, to be sent along. */
  readonly others: readonly Certificate[];
  readonly method: SignatureMethod;
  readonly signer: Signer;
}

const unreadable = (file: string, reason: string, hint: string): IkeError =>
  new IkeError('CREDENTIAL_UNREADABLE', { file, reason, hint });

/** All certificates of a PEM or DER file. @throws IkeError CREDENTIAL_UNREADABLE */
export function readCertificates({ file, bytes }: CredentialFile): readonly Certificate[] {
  const blocks = pemBlocks(bytes).filter(({ label }) => /^(X509 )?CERTIFICATE$/.test(label));
  const ders = blocks.length > 0 ? blocks.map(({ der }) => der) : [bytes];
  try {
    return ders.map(parseCertificate);
  } catch {
    throw unreadable(file, 'no certificate in it can be read', 'give a certificate as PEM or DER');
  }
}

/** All revocation lists of a PEM or DER file. @throws IkeError CREDENTIAL_UNREADABLE */
export function readRevocationLists({ file, bytes }: CredentialFile): readonly RevocationList[] {
  const blocks = pemBlocks(bytes).filter(({ label }) => label === 'X509 CRL');
  const ders = blocks.length > 0 ? blocks.map(({ der }) => der) : [bytes];
  try {
    return ders.map(parseRevocationList);
  } catch {
    throw unreadable(file, 'no revocation list in it can be read', 'give a list as PEM or DER');
  }
}

/**
 * A certificate and its key from two files (which may be the same one); the first certificate that belongs to the key is ours, the
 * rest of the file goes along.
 *
 * @throws IkeError CREDENTIAL_UNREADABLE with the file, what is wrong and what to do; never with anything of the key
 */
export function readCredential(cert: CredentialFile, key: CredentialFile, passphrase: Secret | undefined): Credential {
  const read = readPrivateKey(key.bytes, passphrase);
  if (typeof read === 'string') throw keyProblem(key.file, read);
  return credentialOf(readCertificates(cert), read, cert.file, key.file);
}

/**
 * A certificate, its key and the certificates beside them from a PKCS #12 file (RFC 7292), with RC2, 3DES or AES.
 *
 * @throws IkeError CREDENTIAL_UNREADABLE
 */
export function readPkcs12Credential({ file, bytes }: CredentialFile, passphrase: Secret | undefined): Credential {
  const contents = readPkcs12(bytes, passphrase);
  if (typeof contents === 'string') throw keyProblem(file, contents);
  const [key, ...more] = contents.keys;
  if (key === undefined || more.length > 0)
    throw unreadable(file, `it holds ${contents.keys.length} private keys`, 'export one certificate with its key');
  const read = readPrivateKey(key.reveal(), undefined);
  if (typeof read === 'string') throw keyProblem(file, read);
  key.wipe();
  const certificates = readAll(contents.certificates, file);
  return credentialOf(certificates, read, file, file);
}

function readAll(ders: readonly Uint8Array[], file: string): readonly Certificate[] {
  try {
    return ders.map(parseCertificate);
  } catch {
    throw unreadable(file, 'a certificate in it cannot be read', 'export it anew');
  }
}

function credentialOf(
  certificates: readonly Certificate[],
  key: PrivateKey,
  certFile: string,
  keyFile: string,
): Credential {
  const certificate = certificates.find(({ publicKey }) => sameBytes(publicKey, key.publicKey));
  if (certificate === undefined) {
    const names = certificates.map(certificateText).join('; ');
    throw unreadable(
      certFile,
      `no certificate in it belongs to the key in ${keyFile} (${names || 'none there'})`,
      'give the two that belong together',
    );
  }
  const method = methodOfKey(certificate.key);
  if (method === undefined)
    throw unreadable(
      keyFile,
      'IKE has no way to sign with this key',
      'use RSA with 1024 to 8192 bits, or P-256, P-384, P-521',
    );
  const others = certificates.filter((other) => other !== certificate);
  return { certificate, others, method, signer: softwareSigner(method, key.pkcs8) };
}

const KEY_PROBLEMS: Readonly<Record<PrivateKeyProblem, readonly [reason: string, hint: string]>> = {
  'passphrase-missing': ['the private key in it is encrypted', 'give its passphrase'],
  'passphrase-wrong': ['the passphrase does not open it', 'check the passphrase, and for a line break behind it'],
  unreadable: ['no private key in it can be read', 'give PKCS #8, RSA or EC as PEM, or PKCS #12'],
};

const keyProblem = (file: string, problem: PrivateKeyProblem): IkeError => unreadable(file, ...KEY_PROBLEMS[problem]);
