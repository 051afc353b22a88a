import { IkeError } from '../../base/errors.ts';
import { Secret } from '../../base/secret.ts';
import { CIPHERS, type CipherName } from '../../crypto/ciphers.ts';
import { isWeakDesKey } from '../../crypto/des.ts';
import type { HashName } from '../../crypto/hashes.ts';
import { prfFeedback } from '../../crypto/prf.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';

/**
 * Ka, the key that encrypts the messages of an ISAKMP SA, as long as the cipher's key (RFC 2409 App. B).
 *
 * It is the head of SKEYID_e where that is long enough, else the head of K1 | K2 | … with K1 = prf(SKEYID_e, 0) and
 * Kn = prf(SKEYID_e, Kn-1): so AES-256 with SHA-1 takes none of SKEYID_e's own octets.
 *
 * Unspecified: nothing is said about the parity bits of a 3DES key. They stay as they come, ciphers do not look at them.
 */
export function encryptionKey(provider: CryptoProvider, hash: HashName, cipher: CipherName, skeyidE: Secret): Secret {
  if (cipher === 'des') return new Secret(desKey(skeyidE.reveal()));
  const { keyBytes } = CIPHERS[cipher];
  if (skeyidE.length >= keyBytes) return new Secret(skeyidE.reveal().slice(0, keyBytes));
  const feedback = { first: Uint8Array.of(0), seed: new Uint8Array() };
  return new Secret(prfFeedback(provider, hash, skeyidE.reveal(), feedback, keyBytes));
}

/** RFC 2409 App. B: "the first eight (8) non-weak and non-semi-weak (see Appendix A) bytes of SKEYID_e", read as the first such eight in steps of eight. */
function desKey(skeyidE: Uint8Array): Uint8Array {
  for (let at = 0; at + 8 <= skeyidE.length; at += 8) {
    const key = skeyidE.slice(at, at + 8);
    if (!isWeakDesKey(key)) return key;
  }
  throw new IkeError('WEAK_KEY', { cipher: 'des' });
}
