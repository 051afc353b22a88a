import type { ConnectionPolicy, Phase1Exchange } from './negotiate/policy.ts';

/** What a first message is answered with. */
type Answer = Phase1Exchange | 'aggressive, signed';

/**
 * Ours: octets that may leave for an address for each one that came from there, before it has shown that it receives. RFC 2408 names no
 * number. With one, nobody who writes somebody else's address on his messages gains anything by sending them to us first. The second
 * message of Aggressive Mode answers the first, payload for payload, and has HASH_R and NAT-D besides: with a short
 * group and a long hash nearly twice as much. With signatures it has a certificate and one of an authority besides, which is nearly
 * eight times as much in the worst of the usual cases.
 */
const OCTETS_OUT_FOR_ONE_IN: Readonly<Record<Answer, number>> = { main: 1, aggressive: 2, 'aggressive, signed': 8 };

/** How a first message in this exchange is answered where it may be for any of these connections. */
export function answerTo(exchange: Phase1Exchange, open: readonly Pick<ConnectionPolicy, 'certificates'>[]): Answer {
  const signed = exchange === 'aggressive' && open.some(({ certificates }) => certificates !== undefined);
  return signed ? 'aggressive, signed' : exchange;
}

/**
 * What one exchange has received from an address that is only claimed, and what it has sent there. The answer to a first message is its
 * offer less what was not chosen; this holds whatever else we answer, and however often. An answer for which there is no room waits until
 * the peer has sent its first message again.
 */
export class ReplyAccount {
  readonly #ratio: number;
  #received = 0;
  #sent = 0;

  constructor(answer: Answer) {
    this.#ratio = OCTETS_OUT_FOR_ONE_IN[answer];
  }
  received(octets: number): void {
    this.#received += octets;
  }
  /** Octets of ISAKMP messages that may leave now. */
  get room(): number {
    return this.#ratio * this.#received - this.#sent;
  }
  /** Books a message, where there is room for it. */
  maySend(octets: number): boolean {
    if (octets > this.room) return false;
    this.#sent += octets;
    return true;
  }
}
