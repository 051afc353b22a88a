import { BoundedMap } from '../base/bounded.ts';
import { concat } from '../base/bytes.ts';
import type { FragmentPayload } from '../ike/wire/fragment.ts';

/** A message that came in fragments of IKE, as Cisco, Microsoft and strongSwan send them. */
export interface Joined {
  readonly message: Uint8Array;
  /** The frames of its fragments, in their order. */
  readonly frames: readonly number[];
}

interface Piece {
  readonly frame: number;
  readonly data: Uint8Array;
}

interface Pieces {
  readonly byNumber: ReadonlyMap<number, Piece>;
  /** The number of the last one, once it is there. */
  readonly last: number | undefined;
}

const NONE: Pieces = { byNumber: new Map(), last: undefined };

/** Ours: so many messages in fragments are kept at once; the oldest makes room. */
const MAX_MESSAGES = 64;

/**
 * Joins the fragments of messages.
 *
 * Interop: strongSwan gives the fragments of all its messages the same id, so a number that is there already begins another message.
 */
export class Fragments {
  readonly #messages = new BoundedMap<string, Pieces>(MAX_MESSAGES);

  /** The message, when this was the fragment that was missing. `of` names SA and direction. */
  add(of: string, { fragmentId, number, last, data }: FragmentPayload, frame: number): Joined | undefined {
    const key = `${of} ${fragmentId}`;
    const before = this.#messages.get(key);
    const known = before === undefined || before.byNumber.has(number) ? NONE : before;
    const pieces: Pieces = {
      byNumber: new Map([...known.byNumber, [number, { frame, data }]]),
      last: known.last ?? (last ? number : undefined),
    };
    const whole = inOrder(pieces);
    if (whole === undefined) {
      this.#messages.set(key, pieces);
      return undefined;
    }
    this.#messages.delete(key);
    return { message: concat(...whole.map((piece) => piece.data)), frames: whole.map((piece) => piece.frame) };
  }
}

/** From the first to the last, where none is missing. */
function inOrder({ byNumber, last }: Pieces): readonly Piece[] | undefined {
  if (last === undefined || byNumber.size < last) return undefined;
  const found = Array.from({ length: last }, (_, i) => byNumber.get(i + 1));
  return found.every((piece) => piece !== undefined) ? found : undefined;
}
