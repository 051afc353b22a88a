/**
 * Ours: octets that may leave for an address for each one that came from there, before it has shown that it receives. RFC 2408 names no
 * number. With one, nobody who writes somebody else's address on his messages gains anything by sending them to us first.
 */
const OCTETS_OUT_FOR_ONE_IN = 1;

/**
 * What one exchange has received from an address that is only claimed, and what it has sent there. The answer to a first message is its
 * offer less what was not chosen; this holds whatever else we answer, and however often.
 */
export class ReplyAccount {
  #received = 0;
  #sent = 0;

  received(octets: number): void {
    this.#received += octets;
  }
  /** Octets of ISAKMP messages that may leave now. */
  get room(): number {
    return OCTETS_OUT_FOR_ONE_IN * this.#received - this.#sent;
  }
  /** Books a message, where there is room for it. */
  maySend(octets: number): boolean {
    if (octets > this.room) return false;
    this.#sent += octets;
    return true;
  }
}
