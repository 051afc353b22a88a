import type { IkeError } from '../base/errors.ts';
import type { Instant } from '../base/instant.ts';
import type { EndReason, Role } from './events.ts';
import type { IpsecPair } from './ipsec-pair.ts';
import type { IpsecSas } from './ipsec-sas.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { ConnectionPolicy } from './negotiate/policy.ts';
import type { Settings } from './options.ts';
import type { Outbox } from './outbox.ts';

/** What the IPsec SAs of a connection tell it and ask of it. */
export interface IpsecSasHost {
  readonly policy: ConnectionPolicy;
  readonly settings: Settings;
  readonly outbox: Outbox;
  /** What the connections of this gateway have, this one among them. */
  readonly everyIpsec: Iterable<Pick<IpsecSas, 'pairs' | 'negotiations'>>;
  /** The time of the call under way. */
  now(): Instant;
  /** A number for a pair that no other pair has. */
  freshPair(): number;
  /** The newest ISAKMP SA that stands. */
  readonly isakmp: IsakmpSa | undefined;
  /** The newest ISAKMP SA that stands with this peer. */
  standingWith(peer: string): IsakmpSa | undefined;
  /** A pair has to be renewed and no ISAKMP SA stands with its peer. */
  lacksPhase1(pair: IpsecPair, now: Instant): void;
  phase2Established(sa: IsakmpSa): void;
  phase2Failed(sa: IsakmpSa, tunnel: string | undefined, error: IkeError, role: Role | undefined): void;
  phase2Ended(pair: IpsecPair, reason: EndReason): void;
}
