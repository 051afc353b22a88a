import { concat, toHex } from '../base/bytes.ts';

/**
 * The key with which 3DES is single DES: encrypt, decrypt, encrypt with one key three times is to encrypt once. OpenSSL 3 has
 * no single DES any more, but 3DES it has, with the same care about time and at a third of the speed.
 */
export const tripleDesKey = (key: Uint8Array): Uint8Array => concat(key, key, key);

/**
 * RFC 2409 App. A: four weak keys and six pairs of semi-weak ones, with odd parity.
 *
 * Deviation: it prints the second and third as 1F1F 1F1F E0E0 E0E0 and E0E0 E0E0 1F1F 1F1F, which are not weak (a test tries them);
 * those of FIPS 74 are.
 */
const WEAK_KEYS: ReadonlySet<string> = new Set([
  '0101010101010101',
  '1f1f1f1f0e0e0e0e',
  'e0e0e0e0f1f1f1f1',
  'fefefefefefefefe',
  '01fe01fe01fe01fe',
  '1fe01fe00ef10ef1',
  '01e001e001f101f1',
  '1ffe1ffe0efe0efe',
  '011f011f010e010e',
  'e0fee0fef1fef1fe',
  'fe01fe01fe01fe01',
  'e01fe01ff10ef10e',
  'e001e001f101f101',
  'fe1ffe1ffe0efe0e',
  '1f011f010e010e01',
  'fee0fee0fef1fef1',
]);

/** Whether a key of eight octets makes DES its own inverse, or that of another key; the parity bits do not matter (RFC 2405 §3). */
export const isWeakDesKey = (key: Uint8Array): boolean => WEAK_KEYS.has(toHex(key.map(withOddParity)));

function withOddParity(octet: number): number {
  let ones = 0;
  for (let bits = octet & 0xfe; bits > 0; bits >>= 1) ones += bits & 1;
  return (octet & 0xfe) | (ones % 2 === 0 ? 1 : 0);
}
