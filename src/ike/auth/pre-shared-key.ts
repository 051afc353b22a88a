import { IkeError } from '../../base/errors.ts';
import type { Identity } from '../../base/identity.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { PeerProof } from './proof.ts';

/**
 * Authentication with a pre-shared key, RFC 2409 §5.4: the peer's HASH_I or HASH_R must be the one that we compute over what we
 * received, because only who knows the key and g^xy has SKEYID.
 *
 * @throws IkeError AUTHENTICATION_FAILED
 */
export function provePreSharedKey(
  crypto: CryptoProvider,
  peerId: Identity,
  expected: Uint8Array,
  received: Uint8Array,
): PeerProof {
  if (!crypto.equal(expected, received)) throw new IkeError('AUTHENTICATION_FAILED', { what: 'HASH payload' });
  return PeerProof.mint(peerId);
}
