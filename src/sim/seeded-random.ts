import type { Random } from '../base/random.ts';

/**
 * Pseudo-random octets that a seed determines: sfc32 over a hash of the seed's text. For simulations only, never for keys.
 *
 * `fork` gives a generator of its own by name, so that one draw more in one place does not shift all others.
 */
export class SeededRandom implements Random {
  readonly #seed: string;
  readonly #state: Uint32Array;

  constructor(seed: string) {
    this.#seed = seed;
    this.#state = Uint32Array.from([0, 1, 2, 3], (salt) => hashText(`${salt}:${seed}`));
    for (let i = 0; i < 12; i++) this.u32();
  }
  /** The text that it was made from, forks included. */
  get seed(): string {
    return this.#seed;
  }
  fork(name: string): SeededRandom {
    return new SeededRandom(`${this.#seed}/${name}`);
  }
  bytes(length: number): Uint8Array {
    const out = new Uint8Array(length);
    for (let at = 0; at < length; at += 4) {
      const word = this.u32();
      for (let i = 0; i < 4 && at + i < length; i++) out[at + i] = word >>> (8 * i);
    }
    return out;
  }
  /** At least 0 and below 1. */
  fraction(): number {
    return this.u32() / 2 ** 32;
  }
  /** Whether something of this probability happens. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }
  u32(): number {
    const s = this.#state;
    const [a = 0, b = 0, c = 0, d = 0] = s;
    const word = (a + b + d) >>> 0;
    s[3] = d + 1;
    s[0] = b ^ (b >>> 9);
    s[1] = c + (c << 3);
    s[2] = ((c << 21) | (c >>> 11)) + word;
    return word;
  }
}

/** FNV-1a with a final mix; only has to spread seeds apart. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 15)) >>> 0;
}
