import type { Instant } from '../base/instant.ts';
import type { Exchange } from './conversation-host.ts';
import { aggressiveModeInitiator, type AggressiveModeInitiator } from './exchange/aggressive-mode-initiator.ts';
import { aggressiveModeResponder, type AggressiveModeResponder } from './exchange/aggressive-mode-responder.ts';
import { mainModeInitiator, type MainModeInitiator } from './exchange/main-mode-initiator.ts';
import { mainModeResponder, type MainModeResponder } from './exchange/main-mode-responder.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { ConnectionPolicy, Phase1Exchange } from './negotiate/policy.ts';
import { EXCHANGE } from './wire/numbers.ts';

export type Phase1State = MainModeInitiator | MainModeResponder | AggressiveModeInitiator | AggressiveModeResponder;
type Moved = (state: Phase1State, now: Instant) => void;
type Opens = Pick<IsakmpSa, 'converse'>;

/** Phase 1 has message id 0, RFC 2408 §3.1. */
const PHASE1 = 0;

/** Phase 1 with the peer of a connection, not begun. */
export function phase1Initiator(sa: Opens, connection: ConnectionPolicy, moved: Moved): Exchange {
  const state = { name: 'ready', connection } as const;
  return connection.exchange === 'aggressive'
    ? sa.converse<AggressiveModeInitiator>(aggressiveModeInitiator, state, EXCHANGE.AGGRESSIVE, PHASE1, moved)
    : sa.converse<MainModeInitiator>(mainModeInitiator, state, EXCHANGE.MAIN_MODE, PHASE1, moved);
}

/** Phase 1 that waits for its first message; the candidates are connections with that exchange. */
export function phase1Responder(
  sa: Opens,
  exchange: Phase1Exchange,
  candidates: readonly ConnectionPolicy[],
  moved: Moved,
): Exchange {
  const state = { name: 'awaiting-sa', candidates } as const;
  return exchange === 'aggressive'
    ? sa.converse<AggressiveModeResponder>(aggressiveModeResponder, state, EXCHANGE.AGGRESSIVE, PHASE1, moved)
    : sa.converse<MainModeResponder>(mainModeResponder, state, EXCHANGE.MAIN_MODE, PHASE1, moved);
}
