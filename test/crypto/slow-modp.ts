import { toHex } from '../../src/base/bytes.ts';
import type { ModpName } from '../../src/crypto/groups.ts';
import { readInProject } from '../project.ts';

const PRIMES = (JSON.parse(readInProject('vectors/rfc/modp-primes.json')) as { groups: Record<string, string> }).groups;

/** By length: what is slow comes last. */
export const MODP_NAMES = [
  'modp768',
  'modp1024',
  'modp1536',
  'modp2048',
  'modp3072',
  'modp4096',
  'modp6144',
  'modp8192',
] as const satisfies readonly ModpName[];

const IDS = {
  modp768: 1,
  modp1024: 2,
  modp1536: 5,
  modp2048: 14,
  modp3072: 15,
  modp4096: 16,
  modp6144: 17,
  modp8192: 18,
} as const satisfies Record<ModpName, number>;

/** The prime as RFC 2409 §6 and RFC 3526 print it. */
export const rfcPrime = (group: ModpName): bigint => BigInt(`0x${PRIMES[IDS[group]]}`);

/** base^exponent mod modulus by the school method: the reference that the fast provider is held against. */
export function powMod(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

export const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);

export function toOctets(value: bigint, length: number): Uint8Array {
  return new Uint8Array(Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex'));
}
