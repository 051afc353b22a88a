import { type Duration, seconds } from '../base/instant.ts';

/** Bounds on what others can make us hold. All ours: the RFCs name none. */
export interface Limits {
  /** ISAKMP SAs that nobody has authenticated yet, in which we are the responder. */
  readonly halfOpen: number;
  /** The same from one address. */
  readonly halfOpenPerSource: number;
  /** How long one of them may take: a peer that retransmits as we do has said all it will by then. */
  readonly halfOpenTime: Duration;
  /** Quick Modes under one ISAKMP SA at a time. */
  readonly quickModes: number;
  /** Message ids of the peer that are remembered against replay, for each ISAKMP SA (study: the only replay defence of a Delete). */
  readonly messageIds: number;
  /** How long an ended exchange still answers duplicates: longer than any known peer retransmits (strongSwan: 165 s). */
  readonly linger: Duration;
}

export const LIMITS: Limits = {
  halfOpen: 256,
  halfOpenPerSource: 16,
  halfOpenTime: seconds(63),
  quickModes: 32,
  messageIds: 256,
  linger: seconds(170),
};
