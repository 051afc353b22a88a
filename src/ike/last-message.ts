import { after, type Duration, earlier, type Instant } from '../base/instant.ts';
import type { Random } from '../base/random.ts';
import { firstSequence, rUThere } from '../dpd/r-u-there.ts';
import type { Role } from './events.ts';
import type { Phase1Exchange } from './negotiate/policy.ts';
import type { StandingSa } from './peer.ts';
import { type RetransmitSchedule, waitAfter } from './retransmit.ts';
import { payload } from './wire/payload.ts';

/** Who sends the last message of phase 1, which nothing answers: the sixth of Main Mode, the third of Aggressive Mode (RFC 2409 §5). */
export const sendsLast = (exchange: Phase1Exchange): Role => (exchange === 'main' ? 'responder' : 'initiator');

/** When to ask, and how long for. */
interface Times {
  readonly retransmit: RetransmitSchedule;
  /** How long the peer may go on to ask for the last message, by repeating its own. */
  readonly linger: Duration;
}

/**
 * Who has sent the last message of phase 1 asks under the new SA, until the peer says something under it, whether it has it. Ours: the
 * question is an R-U-THERE (RFC 3706 §5.3), the only message that every peer with DPD answers at any time; it comes as often as a message
 * that waits for its answer, but later than the peer repeats its own: where the last message was lost, that mends it.
 */
export class LastMessage {
  readonly #sa: StandingSa;
  readonly #retransmit: RetransmitSchedule;
  #sequence: number;
  #attempt = 1;
  #due: Instant | undefined;
  /** The peer is not going to have it any more: it has given up. */
  readonly end: Instant;

  constructor(sa: StandingSa, { retransmit, linger }: Times, random: Random, now: Instant) {
    this.#sa = sa;
    this.#retransmit = retransmit;
    this.#sequence = firstSequence(random);
    this.#due = this.#next(now);
    this.end = after(now, linger);
  }

  tick(now: Instant): void {
    if (this.#due === undefined || this.#due > now) return;
    this.#due = this.#next(now);
    this.#sa.inform(payload('notification', rUThere(this.#sa.channel.cookies, this.#sequence++)));
  }

  deadline(): Instant | undefined {
    return earlier(this.#due, this.end);
  }

  #next(now: Instant): Instant | undefined {
    const wait = waitAfter(this.#retransmit, this.#attempt++);
    return wait === undefined ? undefined : after(now, wait);
  }
}
