import { concat } from '../base/bytes.ts';
import { HASHES, type HashName } from './hashes.ts';
import type { CryptoProvider } from './provider.ts';

/** prf(key, part | part | …): HMAC of the negotiated hash, as no PRF was ever negotiated by attribute 13 (RFC 2409 §4, §5). */
export function prf(
  provider: CryptoProvider,
  hash: HashName,
  key: Uint8Array,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  return provider.hmac(hash, key, concat(...parts));
}

/**
 * The first `bytes` octets of K1 | K2 | …, with K1 = prf(key, first) and Kn = prf(key, Kn-1 | seed).
 *
 * RFC 2409 has this feedback twice: for KEYMAT (§5.5) `first` and `seed` are the same, for long encryption keys (App. B)
 * `first` is one zero octet and `seed` is empty.
 */
export function prfFeedback(
  provider: CryptoProvider,
  hash: HashName,
  key: Uint8Array,
  feedback: { readonly first: Uint8Array; readonly seed: Uint8Array },
  bytes: number,
): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes / HASHES[hash].bytes) * HASHES[hash].bytes);
  let block = prf(provider, hash, key, feedback.first);
  for (let at = 0; at < out.length; at += block.length) {
    if (at > 0) block = prf(provider, hash, key, block, feedback.seed);
    out.set(block, at);
  }
  return out.slice(0, bytes);
}
