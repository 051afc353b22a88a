import { GROUPS, type ModpName } from './groups.ts';

/**
 * The number in the definition of each prime: the smallest that makes it a safe prime (RFC 2409 §6.1 and §6.2, RFC 3526).
 *
 *     p = 2^n - 2^(n-64) - 1 + 2^64 * { [2^(n-130) pi] + number }
 */
const NUMBERS: Readonly<Record<ModpName, bigint>> = {
  modp768: 149_686n,
  modp1024: 129_093n,
  modp1536: 741_804n,
  modp2048: 124_476n,
  modp3072: 1_690_314n,
  modp4096: 240_904n,
  modp6144: 929_484n,
  modp8192: 4_743_158n,
};

const computed = new Map<ModpName, bigint>();

/** The prime of a group, from its definition: nothing is copied, and no digit of it can be wrong by itself. */
export function modpPrime(group: ModpName): bigint {
  const known = computed.get(group);
  if (known !== undefined) return known;
  const bits = BigInt(8 * GROUPS[group].publicBytes);
  const middle = piTimes2To(bits - 130n) + NUMBERS[group];
  const prime = (1n << bits) - (1n << (bits - 64n)) - 1n + (middle << 64n);
  computed.set(group, prime);
  return prime;
}

/** Bits that are computed beyond those that count: the series loses a few of them to rounding. */
const GUARD = 64n;

/** [2^bits pi], by Machin's formula: pi = 16 arctan(1/5) - 4 arctan(1/239). */
function piTimes2To(bits: bigint): bigint {
  const one = 1n << (bits + GUARD);
  return (16n * arctanOfInverse(5n, one) - 4n * arctanOfInverse(239n, one)) >> GUARD;
}

/** arctan(1/x) = 1/x - 1/3x³ + 1/5x⁵ - …, in units of 1/one. */
function arctanOfInverse(x: bigint, one: bigint): bigint {
  let sum = 0n;
  let power = one / x;
  for (let n = 1n; power > 0n; n += 2n) {
    sum += (n % 4n === 1n ? power : -power) / n;
    power /= x * x;
  }
  return sum;
}
