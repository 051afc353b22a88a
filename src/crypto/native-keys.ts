import { createPublicKey, type KeyObject } from 'node:crypto';
import { sameBytes } from '../base/bytes.ts';
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
    return readPublicKey(spki).kind;
  } catch {
    return { type: 'other', name: 'unreadable' };
  }
}

interface PublicKey {
  readonly key: KeyObject;
  readonly kind: PublicKeyKind;
}

/** Of octets that somebody still holds: those of a certificate that stays are read once. The copy is for who has written to his since. */
const READ = new WeakMap<Uint8Array, PublicKey & { readonly octets: Uint8Array }>();

/** @throws node:crypto's error where the octets are no SubjectPublicKeyInfo */
export function readPublicKey(spki: Uint8Array): PublicKey {
  const known = READ.get(spki);
  if (known !== undefined && sameBytes(known.octets, spki)) return known;
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  const odd = key.asymmetricKeyType === 'rsa' ? oddity(key, spki) : undefined;
  const read = {
    key,
    kind: odd === undefined ? kindOf(key) : { type: 'other' as const, name: odd },
    octets: spki.slice(),
  };
  READ.set(spki, read);
  return read;
}

/**
 * Why an RSA key is none. DER has one form for a number (X.690 §8.3), and OpenSSL reads others too: a negative exponent as if it were
 * positive, so that what one verifies with is not what another has seen.
 */
function oddity(key: KeyObject, spki: Uint8Array): string | undefined {
  const numbers = key.export({ format: 'der', type: 'pkcs1' });
  if (!sameBytes(numbers, spki.subarray(-numbers.length))) return 'RSA with a number that is negative or not in DER';
  const { n = '' } = key.export({ format: 'jwk' });
  return ((Buffer.from(n, 'base64url').at(-1) ?? 0) & 1) === 0 ? 'RSA with an even modulus' : undefined;
}

function kindOf(key: KeyObject): PublicKeyKind {
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

/** FIPS 186-5 §A.1.1: an exponent is below 2^256. One as long as the modulus costs the verifier a hundred times as much. */
const EXPONENT_END = 1n << 256n;

/** An exponent of 1 makes every block its own signature, and an even one has no private key (CVE-2017-9022, CVE-2026-14957). */
export const isSoundRsa = ({ bits, exponent }: Extract<PublicKeyKind, { type: 'rsa' }>): boolean =>
  bits >= RSA_BITS.least && bits <= RSA_BITS.most && exponent >= 3n && exponent < EXPONENT_END && exponent % 2n === 1n;
