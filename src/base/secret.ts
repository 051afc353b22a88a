import { plainBytes } from './bytes.ts';

/**
 * Octets that must not be seen: pre-shared keys, SKEYIDs, keying material. Whatever prints it prints `[secret]`.
 *
 * `reveal` is the only way to the octets and easy to search for; `wipe` overwrites them when the owner is done.
 */
export class Secret {
  readonly #bytes: Uint8Array;

  /** Takes ownership: the caller neither keeps nor changes the array. */
  constructor(bytes: Uint8Array) {
    this.#bytes = plainBytes(bytes);
  }
  /** The octets themselves, not a copy: never to a log, an error, an event or a snapshot. */
  reveal(): Uint8Array {
    return this.#bytes;
  }
  get length(): number {
    return this.#bytes.length;
  }
  wipe(): void {
    this.#bytes.fill(0);
  }
  toString(): string {
    return '[secret]';
  }
  toJSON(): string {
    return '[secret]';
  }
  // By its registered name, because importing node:util would give the floor a dependency.
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }
}
