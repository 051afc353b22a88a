import { concat, sameBytes } from '../../base/bytes.ts';
import type { FragmentPayload } from './fragment.ts';
import { HEADER_BYTES, readHeader } from './header.ts';

/**
 * What a fragment was to those that were there: one more of the same message; the same once more; or of another message, so that the
 * others were given up for it.
 */
export type Fit = 'added' | 'duplicate' | 'restarted';

/**
 * The fragments of one message, in whatever order they come, and then those of its repetitions: a message that is sent again is whole
 * again when each of them has come again. So the rest of a repetition is no beginning of anything (what CVE-2016-10396 was mended with took it for one).
 *
 * Interop: charon gives the fragments of all its messages the same id. So a number that is there with other octets, a number behind the
 * last one, and lengths that do not come to that of the message in them, mean that the newcomer is of another message, and that the
 * rest of the first one will not come.
 */
export class Assembly<F extends Pick<FragmentPayload, 'number' | 'last' | 'data'>> {
  readonly #pieces = new Map<number, F>();
  /** Of those, what has come since the message was last taken. */
  readonly #came = new Set<number>();
  /** The number of the last one, once it is there. */
  #last: number | undefined;
  #highest = 0;
  #octets = 0;
  #taken = false;

  /** Fragments that are there. */
  get size(): number {
    return this.#pieces.size;
  }
  /** Octets of the message that are there. */
  get octets(): number {
    return this.#octets;
  }
  /** Whether the message has been whole, so that what is there now is for its repetitions. */
  get taken(): boolean {
    return this.#taken;
  }

  add(fragment: F): Fit {
    const { number, last, data } = fragment;
    const there = this.#pieces.get(number);
    if (there !== undefined && there.last === last && sameBytes(there.data, data)) {
      if (this.#came.has(number)) return 'duplicate';
      this.#came.add(number);
      return 'added';
    }
    const fits = there === undefined && number <= (this.#last ?? number) && (!last || number >= this.#highest);
    if (!fits) return this.#restart(fragment);
    this.#insert(fragment);
    const complete = this.#pieces.size === this.#last;
    return !complete || hasItsLength(this.#inOrder()) ? 'added' : this.#restart(fragment);
  }

  /** The message's fragments from the first to the last, once all of them have come, and have come again since it was taken before. */
  take(): readonly F[] | undefined {
    if (this.#came.size !== this.#last) return undefined;
    this.#came.clear();
    this.#taken = true;
    return this.#inOrder();
  }

  #inOrder(): readonly F[] {
    return [...this.#pieces.values()].sort((a, b) => a.number - b.number);
  }

  #restart(fragment: F): 'restarted' {
    this.#pieces.clear();
    this.#came.clear();
    this.#last = undefined;
    this.#highest = 0;
    this.#octets = 0;
    this.#taken = false;
    this.#insert(fragment);
    return 'restarted';
  }

  #insert(fragment: F): void {
    const { number, last, data } = fragment;
    this.#pieces.set(number, fragment);
    this.#came.add(number);
    if (last) this.#last = number;
    this.#highest = Math.max(this.#highest, number);
    this.#octets += data.length;
  }
}

/** The message of these fragments. */
export function joined(fragments: readonly Pick<FragmentPayload, 'data'>[]): Uint8Array {
  return concat(...fragments.map(({ data }) => data));
}

/** Whether the fragments come to as many octets as the header in the first of them says (RFC 2408 §3.1). */
function hasItsLength(fragments: readonly Pick<FragmentPayload, 'data'>[]): boolean {
  const message = joined(fragments);
  return message.length < HEADER_BYTES || readHeader(message).length === message.length;
}
