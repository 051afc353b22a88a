import { IkeError } from '../../base/errors.ts';
import type { Identity } from '../../base/identity.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { PeerProof } from './proof.ts';

/**
 * HASH_I of Hybrid Authentication, draft-ietf-ipsec-isakmp-hybrid-auth-05 §3.2.2: whoever sent this has the keys and means what was
 * said so far. That is no proof of who it is, because anybody can have come by such keys.
 *
 * @throws IkeError PHASE1_HASH_MISMATCH
 */
export function requireSameKeys(crypto: CryptoProvider, expected: Uint8Array, received: Uint8Array): void {
  if (!crypto.equal(expected, received)) throw new IkeError('PHASE1_HASH_MISMATCH');
}

/**
 * The peer has said under the keys of phase 1 who it is, and now given the password of a user. The identity is what that user claims:
 * a user who may come at all may claim any that the connection is for.
 *
 * @throws IkeError USER_REFUSED
 */
export function proveUser(claimed: Identity, accepted: boolean): PeerProof {
  if (!accepted) throw new IkeError('USER_REFUSED');
  return PeerProof.mint(claimed);
}
