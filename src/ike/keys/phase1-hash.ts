import type { Secret } from '../../base/secret.ts';
import type { HashName } from '../../crypto/hashes.ts';
import { prf } from '../../crypto/prf.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';

/** What both HASHes of phase 1 cover, all of it as it was on the wire. */
export interface Phase1Hashed {
  /** The body of the initiator's KE payload. */
  readonly gxi: Uint8Array;
  /** The body of the responder's KE payload. */
  readonly gxr: Uint8Array;
  readonly initiatorCookie: Uint8Array;
  readonly responderCookie: Uint8Array;
  /** The initiator's SA payload with every proposal in it, without the generic header: in HASH_R too. */
  readonly saBodyI: Uint8Array;
}

/** HASH_I = prf(SKEYID, g^xi | g^xr | CKY-I | CKY-R | SAi_b | IDii_b), RFC 2409 §5. `idBodyI` begins with the ID type. */
export function hashI(
  provider: CryptoProvider,
  hash: HashName,
  skeyid: Secret,
  over: Phase1Hashed & { readonly idBodyI: Uint8Array },
): Uint8Array {
  const { gxi, gxr, initiatorCookie, responderCookie, saBodyI, idBodyI } = over;
  return prf(provider, hash, skeyid.reveal(), gxi, gxr, initiatorCookie, responderCookie, saBodyI, idBodyI);
}

/** HASH_R = prf(SKEYID, g^xr | g^xi | CKY-R | CKY-I | SAi_b | IDir_b), RFC 2409 §5. `idBodyR` begins with the ID type. */
export function hashR(
  provider: CryptoProvider,
  hash: HashName,
  skeyid: Secret,
  over: Phase1Hashed & { readonly idBodyR: Uint8Array },
): Uint8Array {
  const { gxi, gxr, initiatorCookie, responderCookie, saBodyI, idBodyR } = over;
  return prf(provider, hash, skeyid.reveal(), gxr, gxi, responderCookie, initiatorCookie, saBodyI, idBodyR);
}
