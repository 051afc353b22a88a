import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { Secret } from '../base/secret.ts';

/** A private key as we keep it. */
export interface PrivateKey {
  /** PKCS #8 DER, without encryption. */
  readonly pkcs8: Secret;
  /** SubjectPublicKeyInfo of its public half. */
  readonly publicKey: Uint8Array;
}

/** Why a private key could not be read; never with any of its octets or of the passphrase. */
export type PrivateKeyProblem = 'passphrase-missing' | 'passphrase-wrong' | 'unreadable';

/**
 * Reads PEM (PKCS #8 encrypted or not, RSA and EC in their traditional forms, those encrypted or not) or PKCS #8 DER.
 */
export function readPrivateKey(bytes: Uint8Array, passphrase: Secret | undefined): PrivateKey | PrivateKeyProblem {
  try {
    const key = open(bytes, passphrase);
    const der = (form: KeyObject, type: 'pkcs8' | 'spki') => new Uint8Array(form.export({ format: 'der', type }));
    return { pkcs8: new Secret(der(key, 'pkcs8')), publicKey: der(createPublicKey(key), 'spki') };
  } catch {
    // OpenSSL says neither that a passphrase is missing, where it is, nor that one is wrong, but only what came of it.
    if (!isEncrypted(bytes)) return 'unreadable';
    return passphrase === undefined ? 'passphrase-missing' : 'passphrase-wrong';
  }
}

function open(bytes: Uint8Array, passphrase: Secret | undefined): KeyObject {
  const secret = passphrase === undefined ? {} : { passphrase: Buffer.from(passphrase.reveal()) };
  const key = Buffer.from(bytes);
  return isPem(bytes)
    ? createPrivateKey({ key, format: 'pem', ...secret })
    : createPrivateKey({ key, format: 'der', type: 'pkcs8', ...secret });
}

const isPem = (bytes: Uint8Array): boolean => Buffer.from(bytes).includes('-----BEGIN ');

/** The label of PKCS #8, or the header of the traditional forms (RFC 1421 §4.6.1.1). */
const isEncrypted = (bytes: Uint8Array): boolean => isPem(bytes) && Buffer.from(bytes).includes('ENCRYPTED');
