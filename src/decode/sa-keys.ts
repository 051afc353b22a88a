import { sameBytes } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import { Secret } from '../base/secret.ts';
import { CIPHERS, type CipherName } from '../crypto/ciphers.ts';
import type { HashName } from '../crypto/hashes.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { encryptionKey } from '../ike/keys/encryption-key.ts';
import { deriveSkeyids, skeyidForPreSharedKey, skeyidForSignatures } from '../ike/keys/skeyid.ts';
import type { KnownSaKeys } from './known-keys.ts';
import type { Phase1Algorithms } from './phase1-algorithms.ts';
import type { Phase1Said } from './phase1-said.ts';

/** One guess at the keys of an ISAKMP SA. What is missing cannot be done. */
export interface SaKeys {
  /** Decrypts. */
  readonly encryptionKey?: Secret;
  /** Verifies HASH_I and HASH_R. */
  readonly skeyid?: Secret;
  /** Verifies HASH(1), HASH(2) and HASH(3). */
  readonly skeyidA?: Secret;
}

export interface SaKeysFound {
  /** Those that decrypt and verify before those that only decrypt. */
  readonly candidates: readonly SaKeys[];
  /** Why none of them decrypts, where none does. */
  readonly why: string;
}

export interface Suite {
  readonly crypto: CryptoProvider;
  readonly hash: HashName;
  readonly cipher: CipherName;
}

interface Cookies {
  readonly initiator: Uint8Array;
  readonly responder: Uint8Array;
}

/** Everything that follows from what is known of an SA and what was said in clear (RFC 2409 §5 and App. B). */
export function saKeys(
  { crypto, hash, cipher }: Suite,
  known: Omit<KnownSaKeys, 'psk'> & { readonly psks: readonly Secret[] },
  phase1: { readonly said: Phase1Said; readonly algorithms: Phase1Algorithms; readonly cookies: Cookies },
): SaKeysFound {
  const { said, algorithms, cookies } = phase1;
  const reasons: string[] = [];
  const gxy = known.gxy ?? agreed(crypto, known.privateValue, said, algorithms, reasons);
  const skeyids = skeyidsOf({ crypto, hash }, known.psks, gxy, said, algorithms, reasons);
  const candidates: SaKeys[] = skeyids.map((skeyid) => {
    if (gxy === undefined) return { skeyid };
    const { initiator: initiatorCookie, responder: responderCookie } = cookies;
    const derived = deriveSkeyids({ provider: crypto, hash, skeyid, gxy, initiatorCookie, responderCookie });
    return {
      skeyid,
      skeyidA: derived.skeyidA,
      encryptionKey: encryptionKey(crypto, hash, cipher, derived.skeyidE),
    };
  });
  if (known.skeyidE !== undefined)
    candidates.push({ encryptionKey: encryptionKey(crypto, hash, cipher, known.skeyidE) });
  const key = known.encryptionKey;
  const { keyBytes } = CIPHERS[cipher];
  if (key?.length === keyBytes) candidates.push({ encryptionKey: key });
  else if (key !== undefined) reasons.push(`the encryption key has ${key.length} octets, ${cipher} needs ${keyBytes}`);
  return { candidates, why: reasons[0] ?? 'no key is known for this initiator cookie' };
}

/** SKEYID by the method that was chosen; one for each pre-shared key (RFC 2409 §5). */
function skeyidsOf(
  { crypto, hash }: Pick<Suite, 'crypto' | 'hash'>,
  psks: readonly Secret[],
  gxy: Secret | undefined,
  { nonceI, nonceR }: Phase1Said,
  { skeyid: method }: Phase1Algorithms,
  reasons: string[],
): readonly Secret[] {
  if (nonceI === undefined || nonceR === undefined) {
    reasons.push('the nonces of its phase 1 are not in the capture');
    return [];
  }
  if (method === 'public-key-encryption') {
    reasons.push('SKEYID of authentication by public key encryption cannot be computed from this');
    return [];
  }
  if (method === 'signatures') {
    if (gxy === undefined) return [];
    return [skeyidForSignatures(crypto, hash, gxy, nonceI, nonceR)];
  }
  if (gxy === undefined && psks.length > 0)
    reasons.push('a pre-shared key alone does not decrypt: g^xy or a private value is needed too');
  if (gxy !== undefined && psks.length === 0)
    reasons.push('g^xy alone does not decrypt: the pre-shared key is needed too');
  return psks.map((psk) => skeyidForPreSharedKey(crypto, hash, psk, nonceI, nonceR));
}

/** g^xy from the private value of either side; which side's it is, its public value says. */
function agreed(
  crypto: CryptoProvider,
  privateValue: Secret | undefined,
  { publicI, publicR }: Phase1Said,
  { group }: Phase1Algorithms,
  reasons: string[],
): Secret | undefined {
  if (privateValue === undefined || publicI === undefined || publicR === undefined) return undefined;
  if (group === undefined) {
    reasons.push('the group of its phase 1 is not available here, so the private value is of no use');
    return undefined;
  }
  try {
    const own = crypto.publicValue(group, privateValue.reveal());
    const peer = sameBytes(own, publicI) ? publicR : sameBytes(own, publicR) ? publicI : undefined;
    if (peer !== undefined) return new Secret(crypto.agree(group, privateValue.reveal(), peer));
    reasons.push('the private value belongs to neither side of this SA');
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    reasons.push(`the private value does not fit: ${error.message}`);
  }
  return undefined;
}
