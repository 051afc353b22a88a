import { IkeError } from '../../base/errors.ts';
import { SEQUENCES } from './packet.ts';

/** What the window says about a sequence number. */
export type ReplayVerdict = 'fresh' | 'replayed' | 'too-old';

/** Ours: 4096 packets are 50 ms of a gigabit; what is later than that was held back. */
const WIDEST = 4096;

/**
 * The anti-replay window of an inbound SA, RFC 4303 §3.4.3, as a ring of 32-bit words with one word to spare (RFC 6479 §2): the
 * window then moves by whole words and no bit is ever shifted.
 *
 * A number is looked at before the ICV is checked and taken only after.
 */
export class ReplayWindow {
  readonly #size: number;
  readonly #words: Uint32Array;
  #highest = 0;

  /** `size` is 0 (every number is fresh) or a multiple of 32 up to 4096. */
  constructor(size: number) {
    if (!Number.isInteger(size) || size < 0 || size > WIDEST || size % 32 !== 0) {
      throw new IkeError('INVALID_ARGUMENT', { what: 'replay window', size });
    }
    this.#size = size;
    this.#words = new Uint32Array(size / 32 + 1);
  }

  /**
   * The whole of an extended sequence number whose lower half was sent: the one of the two that are nearest to the window, RFC 4303
   * App. A2.2. One before the first packet is negative, and too old.
   */
  extended(sent: number): number {
    const edge = this.#highest % SEQUENCES;
    const begin = this.#highest - edge;
    const left = edge - this.#size + 1;
    if (left >= 0) return begin + sent + (sent >= left ? 0 : SEQUENCES);
    return begin + sent - (sent >= left + SEQUENCES ? SEQUENCES : 0);
  }

  look(sequence: number): ReplayVerdict {
    if (this.#size === 0 || sequence > this.#highest) return 'fresh';
    // The first packet of an SA is number 1 (RFC 4303 §3.3.3): 0 is never within the window.
    if (sequence <= 0 || sequence + this.#size <= this.#highest) return 'too-old';
    return (this.#word(sequence) & bit(sequence)) === 0 ? 'fresh' : 'replayed';
  }

  /** Remembers a number that `look` called fresh and whose packet is authentic. */
  take(sequence: number): void {
    if (this.#size === 0) return;
    if (sequence > this.#highest) this.#advance(sequence);
    const at = wordOf(sequence) % this.#words.length;
    this.#words[at] = this.#word(sequence) | bit(sequence);
  }

  #word(sequence: number): number {
    return this.#words[wordOf(sequence) % this.#words.length] ?? 0;
  }

  /** Clears the words that the right edge enters; a leap over all of them clears each once. */
  #advance(sequence: number): void {
    const from = wordOf(this.#highest);
    const steps = Math.min(wordOf(sequence) - from, this.#words.length);
    for (let step = 1; step <= steps; step++) this.#words[(from + step) % this.#words.length] = 0;
    this.#highest = sequence;
  }
}

/** A shift would cut an extended number to 32 bits. */
const wordOf = (sequence: number): number => Math.floor(sequence / 32);
/** Shift counts are taken modulo 32 in JavaScript, so the count is within a word by construction. */
const bit = (sequence: number): number => 1 << (sequence & 31);
