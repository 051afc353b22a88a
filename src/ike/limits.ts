import { type Duration, seconds } from '../base/instant.ts';

/** Bounds on what others can make us hold. All ours: the RFCs name none. */
export interface Limits {
  /** ISAKMP SAs that nobody has authenticated yet, in which we are the responder. Each of the four standings has a quarter. */
  readonly halfOpen: number;
  /** What one source may hold of a quarter before it has to give way to others. */
  readonly halfOpenPerSource: number;
  /** How long one of them may take: a peer that retransmits as we do has said all it will by then. */
  readonly halfOpenTime: Duration;
  /** Diffie-Hellmans under way at a time for peers that nobody has authenticated: for those whose address is known, and for others. */
  readonly keyExchanges: number;
  /** Messages of which some fragments are there, at a time: for peers that have proved themselves, for known addresses, and for others. */
  readonly partialMessages: number;
  /** Fragments of a message, and octets of all of them: six certificates of 4096 bits are 10 KB. */
  readonly fragments: number;
  readonly fragmentedMessage: number;
  /** How long after the first of its fragments a message is given up: a peer that retransmits sends them again before. */
  readonly fragmentTime: Duration;
  /** Octets of a first message: two hundred transforms are more than anybody offers who means it, and each costs microseconds. */
  readonly firstMessage: number;
  /** Quick Modes of one connection at a time. */
  readonly quickModes: number;
  /** Those that one peer may begin: so many at once for each tunnel and a few more, and then so many a second. */
  readonly quickModeRate: { readonly burstPerTunnel: number; readonly perSecond: number };
  /** Peers of a connection that may be with many and has no number of its own: who has nothing yet is turned away when there are so many. */
  readonly established: number;
  /** Exchanges under one ISAKMP SA, with those that have ended and still answer duplicates. */
  readonly exchanges: number;
  /** Message ids that are remembered against replay, for each ISAKMP SA and use: the last half as many always (docs/decisions/0043). */
  readonly messageIds: number;
  /** How long an ended exchange still answers duplicates: longer than any known peer retransmits (strongSwan: 165 s). */
  readonly linger: Duration;
}

export const LIMITS: Limits = {
  halfOpen: 2048,
  halfOpenPerSource: 16,
  halfOpenTime: seconds(63),
  keyExchanges: 128,
  partialMessages: 64,
  fragments: 64,
  fragmentedMessage: 32_768,
  fragmentTime: seconds(30),
  firstMessage: 8192,
  quickModes: 32,
  quickModeRate: { burstPerTunnel: 8, perSecond: 1 },
  established: 16_384,
  exchanges: 256,
  messageIds: 65_536,
  linger: seconds(170),
};
