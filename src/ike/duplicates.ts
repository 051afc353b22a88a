import { sameBytes } from '../base/bytes.ts';
import type { CryptoProvider } from '../crypto/provider.ts';

interface Entry {
  readonly digest: Uint8Array;
  answer: Uint8Array | undefined;
  answered: number;
}

/** Ours: an exchange has at most three messages from one side. */
const REMEMBERED = 3;
/** Ours: more than any peer's retransmissions (libreswan sends 12), so that a replayed packet buys a bounded number of answers. */
const MAX_ANSWERS = 16;

/**
 * Recognises a message that came before, by its bytes, and gives the answer of then, byte for byte: it is never decrypted or
 * encrypted twice, so no IV is used twice (RFC 2408 §5.1, RFC 2409 App. B).
 */
export class Duplicates {
  readonly #crypto: CryptoProvider;
  readonly #entries: Entry[] = [];

  constructor(crypto: CryptoProvider) {
    this.#crypto = crypto;
  }
  /** Remembers a message that was acted on; the answer is added when there is one. */
  remember(message: Uint8Array): void {
    this.#entries.push({ digest: this.#digest(message), answer: undefined, answered: 0 });
    if (this.#entries.length > REMEMBERED) this.#entries.shift();
  }
  /** What was sent because of the message remembered last. */
  answer(bytes: Uint8Array): void {
    const last = this.#entries.at(-1);
    if (last !== undefined) last.answer = bytes;
  }
  /** What to do with a message: nothing is known about it, it is known and has (no) answer, or it has had enough of them. */
  find(
    message: Uint8Array,
  ):
    | { readonly known: false }
    | { readonly known: true; readonly answer: Uint8Array | undefined; readonly exhausted: boolean } {
    if (this.#entries.length === 0) return { known: false };
    const digest = this.#digest(message);
    const entry = this.#entries.find((candidate) => sameBytes(candidate.digest, digest));
    if (entry === undefined) return { known: false };
    if (entry.answer !== undefined) entry.answered++;
    return { known: true, answer: entry.answer, exhausted: entry.answered > MAX_ANSWERS };
  }

  /** The last answer once more, though its message did not come again; undefined where there is none, or has been often enough. */
  repeated(): Uint8Array | undefined {
    const last = this.#entries.at(-1);
    if (last?.answer === undefined || ++last.answered > MAX_ANSWERS) return undefined;
    return last.answer;
  }

  #digest(message: Uint8Array): Uint8Array {
    return this.#crypto.hash('sha256', message);
  }
}
