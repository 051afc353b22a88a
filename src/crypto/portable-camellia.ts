import { fromHex, toHex } from '../base/bytes.ts';
import type { CamelliaName } from './ciphers.ts';

/**
 * Camellia as RFC 3713 describes it, over big integers: for comparison with OpenSSL's, no library of JavaScript's having it.
 * A block takes some microseconds more than it should.
 */
export function portableCamellia(key: Uint8Array): { readonly encrypt: Block; readonly decrypt: Block } {
  const keys = subkeys(key);
  const [first = NONE, ...rest] = keys;
  const [last = NONE, ...middle] = rest.reverse();
  // §2.3.3: all keys backwards, but the two whitening pairs only change their places.
  const backwards: Pair[] = [last, ...middle.map(([left, right]): Pair => [right, left]), first];
  return { encrypt: (block) => crypt(block, keys), decrypt: (block) => crypt(block, backwards) };
}

/** One block of 16 octets through the cipher. */
type Block = (block: Uint8Array) => Uint8Array;
/** Two subkeys of 64 bits that are used together. */
type Pair = readonly [left: bigint, right: bigint];
const NONE: Pair = [0n, 0n];

export const isCamellia = (cipher: string): cipher is CamelliaName => cipher.startsWith('camellia');

const MASK64 = (1n << 64n) - 1n;
const MASK128 = (1n << 128n) - 1n;
const SIGMA = [
  0xa09e667f3bcc908bn,
  0xb67ae8584caa73b2n,
  0xc6ef372fe94f82ben,
  0x54ff53a5f1d36f1cn,
  0x10e527fade682d1dn,
  0xb05688c2b3e6c1fdn,
] as const;

/** The subkeys of §2.2 in the order of their use: which of KL, KR, KA and KB they are halves of, turned by how many bits. */
const SHORT = 'L0 A0 L15 A15 A30 L45 A45/L60 A60 L77 L94 A94 L111 A111';
const LONG = 'L0 B0 R15 A15 R30 B30 L45 A45 L60 R60 B60 L77 A77 R94 A94 L111 B111';

function subkeys(key: Uint8Array): Pair[] {
  const kl = number(key.subarray(0, 16));
  const tail = number(key.subarray(16));
  const kr = key.length === 24 ? (tail << 64n) | (tail ^ MASK64) : tail;
  const ka = mix(mix(kl ^ kr, SIGMA[0], SIGMA[1]) ^ kl, SIGMA[2], SIGMA[3]);
  const from: Readonly<Record<string, bigint>> = { L: kl, R: kr, A: ka, B: mix(ka ^ kr, SIGMA[4], SIGMA[5]) };
  const turned = (name: string): bigint => {
    const [value, by] = [from[name.charAt(0)] ?? 0n, BigInt(name.slice(1))];
    return ((value << by) | (value >> (128n - by))) & MASK128;
  };
  return (key.length === 16 ? SHORT : LONG).split(' ').map((names) => {
    const [left = '', right = left] = names.split('/');
    return [turned(left) >> 64n, turned(right) & MASK64];
  });
}

/** Two rounds of the Feistel network. */
function mix(block: bigint, k1: bigint, k2: bigint): bigint {
  const left = block >> 64n;
  const right = (block & MASK64) ^ f(left ^ k1);
  return ((left ^ f(right ^ k2)) << 64n) | right;
}

/** §2.3: three pairs of rounds, then FL and FLINV, and so on; whitening before and behind. */
function crypt(octets: Uint8Array, keys: readonly Pair[]): Uint8Array {
  let block = number(octets);
  for (const [i, [left, right]] of keys.entries()) {
    if (i === 0) block ^= (left << 64n) | right;
    else if (i === keys.length - 1) block = ((block & MASK64) ^ left) * (1n << 64n) + ((block >> 64n) ^ right);
    else if (i % 4 === 0) block = (fl(block >> 64n, left) << 64n) | flInverse(block & MASK64, right);
    else block = mix(block, left, right);
  }
  return fromHex(block.toString(16).padStart(32, '0'));
}

/** SBOX1 of §2.4.1. */
const SBOX1 = fromHex(
  '70822cecb327c0e5e4855735ea0cae4123ef6b934519a521ed0e4f4e1d6592bd' +
    '86b8af8f7ceb1fce3e30dc5f5ec50b1aa6e139cad5475d3dd9015ad651566c4d' +
    '8b0d9a66fbccb02d74122b20f0b18499df4ccbc2347e76056db7a931d11704d7' +
    '14583a61de1b111c320f9c165318f222fe44cfb2c3b57a912408e8a860fc6950' +
    'aad0a07da1896297545b1e95e0ff64d210c40048a3f775db8a03e6da093fdd94' +
    '875c8302cd4a90337367f6f39d7fbfe2529bd826c837c63b81966f4b13be632e' +
    'e979a78c9f6ebc8e29f5f9b62ffdb4597898066ae74671bad425ab4288a28dfa' +
    '7207b955f8eeac0a36492a683c38f1a44028d37bbbc943c115e3adf477c7809e',
);
const turned8 = (octet: number, by: number): number => ((octet << by) | (octet >>> (8 - by))) & 0xff;
const sbox1 = (x: number): number => SBOX1[x] ?? 0;
const sbox2 = (x: number): number => turned8(sbox1(x), 1);
const sbox3 = (x: number): number => turned8(sbox1(x), 7);
const sbox4 = (x: number): number => sbox1(turned8(x, 1));

/** For t1 to t8 of §2.4.1 the table it goes through, and which of y1 to y8 it is added to. */
const COLUMNS = [
  [sbox1, 0x0101010001000001n],
  [sbox2, 0x0001010101010000n],
  [sbox3, 0x0100010100010100n],
  [sbox4, 0x0101000100000101n],
  [sbox2, 0x0001010100010101n],
  [sbox3, 0x0100010101000101n],
  [sbox4, 0x0101000101010001n],
  [sbox1, 0x0101010001010100n],
] as const;
let tables: readonly (readonly bigint[])[] | undefined;

/** The F-function of §2.4.1, after its key was added. */
function f(input: bigint): bigint {
  tables ??= COLUMNS.map(([sbox, rows]) => Array.from({ length: 256 }, (_, x) => BigInt(sbox(x)) * rows));
  return tables.reduce((sum, table, i) => sum ^ (table[Number((input >> BigInt(56 - 8 * i)) & 0xffn)] ?? 0n), 0n);
}

const MASK32 = (1n << 32n) - 1n;
const turned1 = (x: bigint): bigint => ((x << 1n) | (x >> 31n)) & MASK32;

/** §2.4.2. */
function fl(input: bigint, key: bigint): bigint {
  const right = (input & MASK32) ^ turned1((input & key) >> 32n);
  return (((input >> 32n) ^ (right | (key & MASK32))) << 32n) | right;
}
function flInverse(input: bigint, key: bigint): bigint {
  const left = (input >> 32n) ^ ((input | key) & MASK32);
  return (left << 32n) | ((input & MASK32) ^ turned1(left & (key >> 32n)));
}

const number = (octets: Uint8Array): bigint => BigInt(`0x0${toHex(octets)}`);
