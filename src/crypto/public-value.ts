import { IkeError } from '../base/errors.ts';
import { compareBytes } from '../base/selector.ts';
import { GROUPS, type GroupName, type ModpName } from './groups.ts';

/** INVALID_KEY_INFORMATION for a public value that is not of exactly the group's length. */
export function requirePublicLength(group: GroupName, peerPublic: Uint8Array): void {
  const { publicBytes } = GROUPS[group];
  if (peerPublic.length !== publicBytes)
    throw badPublicValue(group, 'wrong length', { want: publicBytes, have: peerPublic.length });
}

/**
 * A peer's public value, as long as the prime. INVALID_KEY_INFORMATION unless 1 < y < p-1 (RFC 6989 §2.1), and for a value that is
 * longer than the prime.
 *
 * Interop: RFC 2409 §5 has the value padded to the prime's length, but old stacks strip leading zeros; the number is the same.
 */
export function modpPublicValue(group: ModpName, prime: Uint8Array, peerPublic: Uint8Array): Uint8Array {
  if (peerPublic.length > prime.length)
    throw badPublicValue(group, 'longer than the prime', { want: prime.length, have: peerPublic.length });
  const y = paddedTo(prime.length, peerPublic);
  if (isOneOrLess(y)) throw badPublicValue(group, 'public value is 0 or 1');
  if (compareBytes(y, minusOne(prime)) >= 0) throw badPublicValue(group, 'public value is p-1 or more');
  return y;
}

export function badPublicValue(group: GroupName, reason: string, details = {}, cause?: unknown): IkeError {
  const options = cause === undefined ? undefined : { cause };
  return new IkeError('INVALID_KEY_INFORMATION', { group, reason, ...details }, options);
}

/** With zero octets in front (RFC 2409 §5). */
export function paddedTo(length: number, value: Uint8Array): Uint8Array {
  const out = new Uint8Array(length);
  out.set(value, length - value.length);
  return out;
}

function isOneOrLess(y: Uint8Array): boolean {
  return y.every((octet, i) => octet === 0 || (octet === 1 && i === y.length - 1));
}

/** For an odd number, as primes are. */
function minusOne(prime: Uint8Array): Uint8Array {
  return prime.map((octet, i) => (i === prime.length - 1 ? octet - 1 : octet));
}
