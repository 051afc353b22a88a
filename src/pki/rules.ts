import { methodOfKey, RSA_BITS } from '../crypto/native-keys.ts';
import { type Certificate, KEY_USAGE } from './certificate.ts';
import { type CertificateRefusal, refusal } from './refusal.ts';

/** What is refused unless a configuration names it. */
export const WEAK_ALGORITHMS = ['sha1', 'rsa1024'] as const;
export type WeakAlgorithm = (typeof WEAK_ALGORITHMS)[number];

type Place = CertificateRefusal['position'];

/** Hashes under signatures. MD5 and SHA-224 are never allowed, SHA-1 by name (CVE-2004-2761, SHAttered). */
const HASHES: readonly string[] = ['sha256', 'sha384', 'sha512'];
/** NIST SP 800-131A: fewer bits than this only by name. */
const STRONG_RSA_BITS = 2048;

/** Whether the keys and signatures of a certificate are strong enough. An anchor's own signature proves nothing and is not looked at. */
export function weakness(
  certificate: Certificate,
  allowed: readonly WeakAlgorithm[],
  place: Place,
  anchor: boolean,
): CertificateRefusal | undefined {
  const { signatureHash } = certificate;
  const at = place === undefined ? {} : { position: place };
  const detail = weakKey(certificate, allowed);
  if (detail !== undefined) return refusal('weak-key', certificate, { ...at, detail });
  if (anchor || HASHES.includes(signatureHash)) return undefined;
  if (signatureHash === 'sha1' && allowed.includes('sha1')) return undefined;
  return refusal('weak-hash', certificate, { ...at, detail: signatureHash });
}

function weakKey({ key }: Certificate, allowed: readonly WeakAlgorithm[]): string | undefined {
  if (key.type === 'other') return key.name;
  if (methodOfKey(key) === undefined)
    return key.type === 'ec' ? key.curve : `RSA with ${key.bits} bits, exponent ${key.exponent}`;
  if (key.type === 'ec' || key.bits >= STRONG_RSA_BITS || allowed.includes('rsa1024')) return undefined;
  return `RSA with ${key.bits} bits; allow rsa1024 for ${RSA_BITS.least} and more`;
}

/** Object identifiers of extendedKeyUsage with which a certificate may be used for IKE. */
const PURPOSES: readonly string[] = [
  // anyExtendedKeyUsage, id-kp-ipsecIKE.
  '2.5.29.37.0',
  '1.3.6.1.5.5.7.3.17',
  // Interop: id-kp-serverAuth and id-kp-clientAuth are what common tools put there, iKEIntermediate what Windows and macOS ask for;
  // ipsecEndSystem, ipsecTunnel and ipsecUser are the obsolete ones of old gateways (RFC 4945 §5.1.3.12).
  '1.3.6.1.5.5.7.3.1',
  '1.3.6.1.5.5.7.3.2',
  '1.3.6.1.5.5.8.2.2',
  '1.3.6.1.5.5.7.3.5',
  '1.3.6.1.5.5.7.3.6',
  '1.3.6.1.5.5.7.3.7',
];

/**
 * Whether the certificate of a peer is for signing in IKE: RFC 4945 §5.1.3.2 and §5.1.3.12.
 *
 * Deviation: RFC 4945 has implementations that look at extendedKeyUsage insist on ipsecIKE or any; those that do not look accept
 * everything. We look, and accept in addition what deployed certificates have.
 */
export function misuse(certificate: Certificate, place: Place): CertificateRefusal | undefined {
  const { keyUsage, extendedKeyUsage } = certificate;
  const at = place === undefined ? {} : { position: place };
  if (keyUsage !== undefined && (keyUsage & (KEY_USAGE.digitalSignature | KEY_USAGE.nonRepudiation)) === 0)
    return refusal('key-usage', certificate, at);
  if (extendedKeyUsage !== undefined && !extendedKeyUsage.some((purpose) => PURPOSES.includes(purpose)))
    return refusal('extended-key-usage', certificate, { ...at, detail: extendedKeyUsage.join(', ') });
  return undefined;
}
