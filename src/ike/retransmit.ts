import { type Duration, milliseconds, seconds } from '../base/instant.ts';

/**
 * When a message that got no answer is sent again, and when it is given up. RFC 2408 §5.1 leaves both to us.
 *
 * Ours: 1, 2, 4, 8, 16, 16, 16 s. Waits double because a path that lost two packets is likely full, are capped so that a peer
 * that comes back is met soon, and end after 63 s: a busy gateway answers within that, and a user waits no longer.
 */
export interface RetransmitSchedule {
  readonly first: Duration;
  readonly cap: Duration;
  /** Retransmissions after the first sending. */
  readonly tries: number;
}

export const RETRANSMIT_SCHEDULE: RetransmitSchedule = { first: seconds(1), cap: seconds(16), tries: 6 };

/** How long to wait after the `attempt`-th sending, counted from 0; undefined when it was the last. */
export function waitAfter(schedule: RetransmitSchedule, attempt: number): Duration | undefined {
  if (attempt > schedule.tries) return undefined;
  return milliseconds(Math.min(schedule.first * 2 ** attempt, schedule.cap));
}
