import type { IkeError } from '../base/errors.ts';
import type { Instant } from '../base/instant.ts';
import type { EndReason, Role } from './events.ts';
import type { QuickModeResult } from './exchange/quick-mode.ts';

/** A pair of IPsec SAs, one a direction, that one Quick Mode made. */
export interface IpsecPair extends QuickModeResult {
  readonly role: Role;
  /** Whose it is, as text: a connection to anybody has pairs of several peers. */
  readonly peer: string;
  readonly since: Instant;
  expires: Instant;
  endReason: EndReason;
}

/** A Quick Mode that is under way. */
export interface Negotiation {
  readonly tunnel: string | undefined;
  readonly role: Role;
  readonly abandon: (error: IkeError, now: Instant) => void;
  readonly input: (now: Instant) => void;
}
