import { constants, createPrivateKey, privateEncrypt, publicDecrypt, timingSafeEqual } from 'node:crypto';
import { concat } from '../base/bytes.ts';
import { isSoundRsa, readPublicKey } from './native-keys.ts';

/** At least this much padding makes a block of type 1 (RFC 8017 §9.2, step 3). */
const LEAST_PADDING = 8;

/**
 * The Signature payload of RSA, RFC 2409 §5.1: "RSA signatures MUST be encoded as a private key encryption in PKCS #1 format and
 * not as a signature in PKCS #1 format (which includes the OID of the hash algorithm)".
 *
 * `privateKey` is PKCS #8 DER, read once: OpenSSL takes longer to read a key than to sign with it.
 */
export function rsaSigner(privateKey: Uint8Array): (hash: Uint8Array) => Uint8Array {
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' });
  return (hash) => new Uint8Array(privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, hash));
}

/**
 * Compares with the block that must come out, and never reads the one that did: readers that were lenient about it let forgeries
 * through (CVE-2018-16152, CVE-2026-50721).
 */
export function verifyRsa(spki: Uint8Array, hash: Uint8Array, signature: Uint8Array): boolean {
  try {
    const { key, kind } = readPublicKey(spki);
    if (kind.type !== 'rsa' || !isSoundRsa(kind)) return false;
    const length = Math.ceil(kind.bits / 8);
    // OpenSSL takes a shorter one for a smaller number.
    if (signature.length !== length) return false;
    const expected = block(hash, length);
    const opened = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
    return expected !== undefined && opened.length === length && timingSafeEqual(opened, expected);
  } catch {
    // No key, or a number that is not below the modulus.
    return false;
  }
}

/** EMSA-PKCS1-v1_5 with the hash itself for T (RFC 8017 §9.2). */
function block(hash: Uint8Array, length: number): Uint8Array | undefined {
  const padding = length - 3 - hash.length;
  if (padding < LEAST_PADDING) return undefined;
  return concat(Uint8Array.of(0, 1), new Uint8Array(padding).fill(0xff), Uint8Array.of(0), hash);
}
