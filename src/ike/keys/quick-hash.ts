import { u32Bytes } from '../../base/bytes.ts';
import type { Secret } from '../../base/secret.ts';
import type { HashName } from '../../crypto/hashes.ts';
import { prf } from '../../crypto/prf.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';

/**
 * HASH(1) = prf(SKEYID_a, M-ID | SA | Ni [ | KE ] [ | IDci | IDcr ]), RFC 2409 §5.5.
 *
 * `rest` is everything after the HASH payload to the end of the payload chain as on the wire, generic headers included and
 * payloads that we do not know too, without the padding of the encryption.
 */
export function hash1(
  provider: CryptoProvider,
  hash: HashName,
  skeyidA: Secret,
  messageId: number,
  rest: Uint8Array,
): Uint8Array {
  return prf(provider, hash, skeyidA.reveal(), u32Bytes(messageId), rest);
}

/** HASH(2) = prf(SKEYID_a, M-ID | Ni_b | SA | Nr [ | KE ] [ | IDci | IDcr ]), RFC 2409 §5.5. `rest` as in HASH(1). */
export function hash2(
  provider: CryptoProvider,
  hash: HashName,
  skeyidA: Secret,
  messageId: number,
  nonceBodyI: Uint8Array,
  rest: Uint8Array,
): Uint8Array {
  return prf(provider, hash, skeyidA.reveal(), u32Bytes(messageId), nonceBodyI, rest);
}

/** HASH(3) = prf(SKEYID_a, 0 | M-ID | Ni_b | Nr_b), RFC 2409 §5.5. */
export function hash3(
  provider: CryptoProvider,
  hash: HashName,
  skeyidA: Secret,
  messageId: number,
  nonceBodyI: Uint8Array,
  nonceBodyR: Uint8Array,
): Uint8Array {
  return prf(provider, hash, skeyidA.reveal(), Uint8Array.of(0), u32Bytes(messageId), nonceBodyI, nonceBodyR);
}

/** HASH(1) = prf(SKEYID_a, M-ID | N/D) of an Informational exchange, RFC 2409 §5.7. `rest` as in Quick Mode's HASH(1). */
export function informationalHash(
  provider: CryptoProvider,
  hash: HashName,
  skeyidA: Secret,
  messageId: number,
  rest: Uint8Array,
): Uint8Array {
  return hash1(provider, hash, skeyidA, messageId, rest);
}
