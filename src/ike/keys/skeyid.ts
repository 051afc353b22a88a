import { concat } from '../../base/bytes.ts';
import { Secret } from '../../base/secret.ts';
import type { HashName } from '../../crypto/hashes.ts';
import { prf } from '../../crypto/prf.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';

/** The four keys of an ISAKMP SA, each as long as the hash's output (RFC 2409 §5). */
export interface Skeyids {
  /** Known to the two peers alone; keys HASH_I and HASH_R. */
  readonly skeyid: Secret;
  /** Derives the keying material of IPsec SAs. */
  readonly skeyidD: Secret;
  /** Authenticates messages: HASH(1), HASH(2), HASH(3). */
  readonly skeyidA: Secret;
  /** Encrypts messages. */
  readonly skeyidE: Secret;
}

/** SKEYID = prf(pre-shared-key, Ni_b | Nr_b), RFC 2409 §5. */
export function skeyidForPreSharedKey(
  provider: CryptoProvider,
  hash: HashName,
  psk: Secret,
  nonceBodyI: Uint8Array,
  nonceBodyR: Uint8Array,
): Secret {
  return new Secret(prf(provider, hash, psk.reveal(), nonceBodyI, nonceBodyR));
}

/** SKEYID = prf(Ni_b | Nr_b, g^xy), RFC 2409 §5, for authentication with signatures. */
export function skeyidForSignatures(
  provider: CryptoProvider,
  hash: HashName,
  gxy: Secret,
  nonceBodyI: Uint8Array,
  nonceBodyR: Uint8Array,
): Secret {
  return new Secret(prf(provider, hash, concat(nonceBodyI, nonceBodyR), gxy.reveal()));
}

/**
 * The keys that follow from SKEYID, RFC 2409 §5:
 *
 *     SKEYID_d = prf(SKEYID, g^xy | CKY-I | CKY-R | 0)
 *     SKEYID_a = prf(SKEYID, SKEYID_d | g^xy | CKY-I | CKY-R | 1)
 *     SKEYID_e = prf(SKEYID, SKEYID_a | g^xy | CKY-I | CKY-R | 2)
 *
 * `gxy` has the group's length, with its leading zeros.
 */
export function deriveSkeyids(given: {
  readonly provider: CryptoProvider;
  readonly hash: HashName;
  readonly skeyid: Secret;
  readonly gxy: Secret;
  readonly initiatorCookie: Uint8Array;
  readonly responderCookie: Uint8Array;
}): Skeyids {
  const { provider, hash, skeyid, gxy, initiatorCookie, responderCookie } = given;
  const derive = (before: Uint8Array, last: number): Secret =>
    new Secret(
      prf(provider, hash, skeyid.reveal(), before, gxy.reveal(), initiatorCookie, responderCookie, Uint8Array.of(last)),
    );
  const skeyidD = derive(new Uint8Array(), 0);
  const skeyidA = derive(skeyidD.reveal(), 1);
  const skeyidE = derive(skeyidA.reveal(), 2);
  return { skeyid, skeyidD, skeyidA, skeyidE };
}
