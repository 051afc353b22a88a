import { IkeError } from '../../base/errors.ts';
import type { Identity } from '../../base/identity.ts';
import type { HashName } from '../../crypto/hashes.ts';
import { SIGNATURE_METHODS, type SignatureMethod, type SignatureVerifier } from '../../crypto/signatures.ts';
import { PeerProof } from './proof.ts';

/** What a peer signed, as we compute it, and its signature. */
export interface Signed {
  readonly method: SignatureMethod;
  /** HASH_I or HASH_R over what we received. */
  readonly hash: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * The hash of the PRF that makes HASH_I and HASH_R. For RSA it is the negotiated one (RFC 2409 §5.1).
 *
 * Unspecified: RFC 4754 §4 fixes the hash of ECDSA and does not say what becomes of the negotiated one. As with strongSwan it makes
 * HASH_I and HASH_R, so that they have the length to be signed as they are; SKEYID and all keys stay with the negotiated one.
 */
export function signedHashName(method: SignatureMethod, negotiated: HashName): HashName {
  const spec = SIGNATURE_METHODS[method];
  return spec.key === 'ec' ? spec.hash : negotiated;
}

/**
 * Authentication with signatures, RFC 2409 §5.1: who has the private key has signed what both sides have said. The caller knows by the
 * certificate that this key speaks for `identity`.
 *
 * @throws IkeError INVALID_SIGNATURE
 */
export function proveSignature(
  verifier: SignatureVerifier,
  identity: Identity,
  publicKey: Uint8Array,
  signed: Signed,
): PeerProof {
  if (!hasSigned(verifier, publicKey, signed)) throw new IkeError('INVALID_SIGNATURE', { method: signed.method });
  return PeerProof.mint(identity);
}

/** Whether the holder of a key sent this message, whoever that is: no proof of an identity. */
export const hasSigned = (
  verifier: SignatureVerifier,
  publicKey: Uint8Array,
  { method, hash, signature }: Signed,
): boolean => verifier.verify(method, publicKey, hash, signature);
