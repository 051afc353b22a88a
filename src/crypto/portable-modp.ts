import { GROUPS, type ModpName } from './groups.ts';
import { modpPrime } from './modp-primes.ts';
import { numberOf, octetsOf } from './octet-number.ts';
import { bigIntegers } from './portable-libraries.ts';
import { modpPublicValue } from './public-value.ts';

/** g^x mod p with g = 2 (RFC 2409 §6, RFC 3526), as long as p. */
export function publicValueModp(group: ModpName, privateValue: Uint8Array): Uint8Array {
  return power(group, 2n, privateValue);
}

/** y^x mod p, as long as p (RFC 2409 §5); INVALID_KEY_INFORMATION unless 1 < y < p-1 (RFC 6989 §2.1). */
export function agreeModp(group: ModpName, privateValue: Uint8Array, peerPublic: Uint8Array): Uint8Array {
  const prime = octetsOf(modpPrime(group), GROUPS[group].publicBytes);
  return power(group, numberOf(modpPublicValue(group, prime, peerPublic)), privateValue);
}

function power(group: ModpName, base: bigint, exponent: Uint8Array): Uint8Array {
  const result = bigIntegers().modPow(base, numberOf(exponent), modpPrime(group));
  return octetsOf(result, GROUPS[group].publicBytes);
}
