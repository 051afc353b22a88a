import type { Secret } from '../../base/secret.ts';
import type { CipherName } from '../../crypto/ciphers.ts';
import type { HashName } from '../../crypto/hashes.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import type { Phase1Suite } from '../../crypto/suites.ts';
import { CipherChain } from '../keys/cipher-chain.ts';
import { encryptionKey } from '../keys/encryption-key.ts';
import { phase1Iv, phase2Iv } from '../keys/iv.ts';
import type { Phase1Hashed } from '../keys/phase1-hash.ts';
import { deriveSkeyids, skeyidForPreSharedKey, skeyidForSignatures, type Skeyids } from '../keys/skeyid.ts';
import type { Cookies } from './exchange.ts';

/** What an ISAKMP SA protects its messages with. */
export interface Phase1Keys {
  readonly hash: HashName;
  readonly cipher: CipherName;
  readonly skeyids: Skeyids;
  /** The key that is cut or stretched from SKEYID_e, RFC 2409 App. B. */
  readonly encryptionKey: Secret;
}

export function wipePhase1Keys({ skeyids, encryptionKey: key }: Phase1Keys): void {
  for (const secret of [skeyids.skeyid, skeyids.skeyidD, skeyids.skeyidA, skeyids.skeyidE, key]) secret.wipe();
}

/** What both sides have said in the clear by the end of message 4, as received bytes. */
export interface KeyMaterial {
  readonly cookies: Cookies;
  readonly publicI: Uint8Array;
  readonly publicR: Uint8Array;
  readonly nonceI: Uint8Array;
  readonly nonceR: Uint8Array;
  readonly gxy: Secret;
}

/** What HASH_I and HASH_R cover besides the identity, RFC 2409 §5. */
export function phase1Hashed(said: Omit<KeyMaterial, 'gxy'> & { readonly saBodyI: Uint8Array }): Phase1Hashed {
  const { cookies, publicI, publicR, saBodyI } = said;
  return {
    gxi: publicI,
    gxr: publicR,
    initiatorCookie: cookies.initiator,
    responderCookie: cookies.responder,
    saBodyI,
  };
}

export interface DerivedKeys {
  readonly keys: Phase1Keys;
  /** For the first message of phase 1 that is encrypted, and what follows. */
  readonly chain: CipherChain;
}

/** RFC 2409 §5: SKEYID = prf(pre-shared-key, Ni_b | Nr_b), and all that follows from it. */
export function preSharedKeyKeys(
  crypto: CryptoProvider,
  suite: Phase1Suite,
  psk: Secret,
  material: KeyMaterial,
): DerivedKeys {
  const skeyid = skeyidForPreSharedKey(crypto, suite.hash, psk, material.nonceI, material.nonceR);
  return keysFrom(crypto, suite, skeyid, material);
}

/**
 * RFC 2409 §5: SKEYID = prf(Ni_b | Nr_b, g^xy), and all that follows from it. Nothing in it depends on who the peer is, so g^xy has served
 * and is wiped.
 */
export function signatureKeys(crypto: CryptoProvider, suite: Phase1Suite, material: KeyMaterial): DerivedKeys {
  const skeyid = skeyidForSignatures(crypto, suite.hash, material.gxy, material.nonceI, material.nonceR);
  const derived = keysFrom(crypto, suite, skeyid, material);
  material.gxy.wipe();
  return derived;
}

function keysFrom(crypto: CryptoProvider, suite: Phase1Suite, skeyid: Secret, material: KeyMaterial): DerivedKeys {
  const { hash, cipher } = suite;
  const skeyids = deriveSkeyids({
    provider: crypto,
    hash,
    skeyid,
    gxy: material.gxy,
    initiatorCookie: material.cookies.initiator,
    responderCookie: material.cookies.responder,
  });
  const key = encryptionKey(crypto, hash, cipher, skeyids.skeyidE);
  const iv = phase1Iv(crypto, hash, cipher, material.publicI, material.publicR);
  return {
    keys: { hash, cipher, skeyids, encryptionKey: key },
    chain: new CipherChain({ provider: crypto, cipher, key, iv }),
  };
}

/** For an exchange of its own message id; its IV comes from the last block of phase 1 (RFC 2409 App. B). */
export function chainAfterPhase1(
  provider: CryptoProvider,
  { hash, cipher, encryptionKey: key }: Phase1Keys,
  lastBlock: Uint8Array,
  messageId: number,
): CipherChain {
  return new CipherChain({ provider, cipher, key, iv: phase2Iv(provider, hash, cipher, lastBlock, messageId) });
}
