import { concat } from '../../src/base/bytes.ts';
import type { SeededRandom } from '../../src/sim/seeded-random.ts';

/** Values that lie at an edge of something: signs, maxima, the least that a length may be. */
const EDGES = [
  0, 1, 2, 3, 4, 7, 8, 0x0f, 0x10, 0x1f, 0x20, 0x7f, 0x80, 0xfe, 0xff, 0x7fff, 0x8000, 0xffff, 0x8000_0000,
];
const LONGEST = 4000;

type Change = (bytes: Uint8Array, other: Uint8Array, random: SeededRandom) => Uint8Array;

export const below = (random: SeededRandom, limit: number): number => (limit <= 0 ? 0 : random.u32() % limit);
export const oneOf = <T>(random: SeededRandom, from: readonly [T, ...T[]]): T =>
  from[below(random, from.length)] ?? from[0];

/** A stretch of the octets: where it begins, and where it ends. */
function stretch(bytes: Uint8Array, random: SeededRandom): [number, number] {
  const from = below(random, bytes.length);
  return [from, from + 1 + below(random, Math.min(40, bytes.length - from))];
}
const edge = (random: SeededRandom): number => EDGES[below(random, EDGES.length)] ?? 0;

/** A number of `width` octets, written somewhere. */
function written(bytes: Uint8Array, width: 1 | 2 | 4, value: number, random: SeededRandom): Uint8Array {
  const changed = bytes.slice();
  const at = below(random, bytes.length - width + 1);
  for (let i = 0; i < width && at + i < changed.length; i++) changed[at + i] = value >>> (8 * (width - 1 - i));
  return changed;
}

const CHANGES: readonly [Change, ...Change[]] = [
  function flip(bytes, _, random) {
    const changed = bytes.slice();
    const at = below(random, bytes.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << below(random, 8));
    return changed;
  },
  (bytes, _, random) => written(bytes, 1, below(random, 256), random),
  (bytes, _, random) => written(bytes, 1, edge(random), random),
  (bytes, _, random) => written(bytes, 2, edge(random), random),
  (bytes, _, random) => written(bytes, 4, edge(random), random),
  function truncate(bytes, _, random) {
    return bytes.slice(0, below(random, bytes.length));
  },
  function extend(bytes, _, random) {
    const more = 1 + below(random, random.chance(0.1) ? 1500 : 32);
    return concat(bytes, random.chance(0.5) ? new Uint8Array(more) : random.bytes(more));
  },
  function duplicate(bytes, _, random) {
    const [from, to] = stretch(bytes, random);
    return concat(bytes.subarray(0, to), bytes.subarray(from));
  },
  function remove(bytes, _, random) {
    const [from, to] = stretch(bytes, random);
    return concat(bytes.subarray(0, from), bytes.subarray(to));
  },
  function splice(bytes, other, random) {
    const [from, to] = stretch(bytes, random);
    const [first, last] = stretch(other, random);
    return concat(bytes.subarray(0, from), other.subarray(first, last), bytes.subarray(to));
  },
  function copyWithin(bytes, _, random) {
    const [from, to] = stretch(bytes, random);
    return bytes.slice().copyWithin(below(random, bytes.length), from, to);
  },
];

/** One change that knows nothing of the format. */
export function mutateBytes(bytes: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
  if (bytes.length === 0) return random.bytes(1 + below(random, 40));
  return oneOf(random, CHANGES)(bytes, other, random).slice(0, LONGEST);
}
