import { BoundedMap } from '../base/bounded.ts';
import { Assembly, joined } from '../ike/wire/assembly.ts';
import type { FragmentPayload } from '../ike/wire/fragment.ts';

/** A message that came in fragments of IKE, as Cisco, Microsoft and strongSwan send them. */
export interface Joined {
  readonly message: Uint8Array;
  /** The frames of its fragments, in their order. */
  readonly frames: readonly number[];
}

type Captured = FragmentPayload & { readonly frame: number };

/** Ours: so many messages in fragments are kept at once; the oldest makes room. */
const MAX_MESSAGES = 64;

/** Joins the fragments of messages. */
export class Fragments {
  readonly #messages = new BoundedMap<string, Assembly<Captured>>(MAX_MESSAGES);

  /** The message, when this was the fragment that was missing. `of` names SA and direction. */
  add(of: string, fragment: FragmentPayload, frame: number): Joined | undefined {
    const key = `${of} ${fragment.fragmentId}`;
    const assembly = this.#messages.get(key) ?? new Assembly<Captured>();
    this.#messages.set(key, assembly);
    assembly.add({ ...fragment, frame });
    const whole = assembly.take();
    if (whole === undefined) return undefined;
    this.#messages.delete(key);
    return { message: joined(whole), frames: whole.map((piece) => piece.frame) };
  }
}
