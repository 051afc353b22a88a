import { createPublicKey, type KeyObject } from 'node:crypto';
import type { SignatureMethod } from './signatures.ts';

/** What a public key is, as far as policies care. */
export type PublicKeyKind =
  | { readonly type: 'rsa'; readonly bits: number; readonly exponent: bigint }
  | { readonly type: 'ec'; readonly curve: string }
  | { readonly type: 'other'; readonly name: string };

/**
 * Bounds of RSA keys, in bits of the modulus. Below, the key is no key (CVE-2018-17540 is a modulus shorter than the hash); above,
 * one message would cost seconds.
 */
export const RSA_BITS = { least: 1024, most: 8192 } as const;

/** Never throws: octets that are no SubjectPublicKeyInfo are a key of another kind, `unreadable`. */
export function publicKeyKind(spki: Uint8Array): PublicKeyKind {
  try {
    return kindOf(publicKeyOf(spki));
  } catch {
    return { type: 'other', name: 'unreadable' };
  }
}

/** @throws node:crypto's error where the octets are no SubjectPublicKeyInfo */
export const publicKeyOf = (spki: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });

export function kindOf(key: KeyObject): PublicKeyKind {
  const { modulusLength, publicExponent, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' && modulusLength !== undefined && publicExponent !== undefined)
    return { type: 'rsa', bits: modulusLength, exponent: publicExponent };
  if (key.asymmetricKeyType === 'ec' && namedCurve !== undefined) return { type: 'ec', curve: namedCurve };
  return { type: 'other', name: key.asymmetricKeyType ?? 'unknown' };
}

/** The method that a key serves; undefined where it serves none. */
export function methodOfKey(kind: PublicKeyKind): SignatureMethod | undefined {
  if (kind.type === 'rsa') return isSoundRsa(kind) ? 'rsa' : undefined;
  if (kind.type !== 'ec') return undefined;
  return { prime256v1: 'ecdsa256', secp384r1: 'ecdsa384', secp521r1: 'ecdsa521' }[kind.curve] as
    | SignatureMethod
    | undefined;
}

/** An exponent of 1 makes every block its own signature, and an even one has no private key (CVE-2017-9022, CVE-2026-14957). */
export const isSoundRsa = ({ bits, exponent }: Extract<PublicKeyKind, { type: 'rsa' }>): boolean =>
  bits >= RSA_BITS.least && bits <= RSA_BITS.most && exponent >= 3n && exponent % 2n === 1n;
