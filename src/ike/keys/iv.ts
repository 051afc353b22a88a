import { concat, u32Bytes } from '../../base/bytes.ts';
import { CIPHERS, type CipherName } from '../../crypto/ciphers.ts';
import type { HashName } from '../../crypto/hashes.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';

/** The IV of phase 1's first encrypted message: the head of hash(g^xi | g^xr), both as in the KE payloads (RFC 2409 App. B). */
export function phase1Iv(
  provider: CryptoProvider,
  hash: HashName,
  cipher: CipherName,
  gxi: Uint8Array,
  gxr: Uint8Array,
): Uint8Array {
  return provider.hash(hash, concat(gxi, gxr)).slice(0, CIPHERS[cipher].blockBytes);
}

/**
 * The IV of the first message with a message id of its own, Quick Mode, Informational or Transaction: the head of
 * hash(last phase 1 block | M-ID) (RFC 2409 App. B).
 *
 * `lastPhase1Block` is the IV that phase 1 ended with, frozen then: the last block of its last encrypted message, in either
 * direction, or phase 1's first IV where Aggressive Mode encrypted none.
 */
export function phase2Iv(
  provider: CryptoProvider,
  hash: HashName,
  cipher: CipherName,
  lastPhase1Block: Uint8Array,
  messageId: number,
): Uint8Array {
  return provider.hash(hash, concat(lastPhase1Block, u32Bytes(messageId))).slice(0, CIPHERS[cipher].blockBytes);
}
