import { concat, toHex } from '../base/bytes.ts';
import type { Instant } from '../base/instant.ts';
import type { Random } from '../base/random.ts';
import { identityText } from '../base/identity.ts';
import { phase1SuiteText } from '../crypto/suites.ts';
import type { Channel } from './channel.ts';
import type { IkeEvent, SaReference } from './events.ts';
import type { Phase1Outcome } from './exchange/main-mode.ts';
import { type Life, lifeFrom } from './life.ts';

/** An ISAKMP SA that both sides have proved. */
export interface Established extends Phase1Outcome, Life {
  /** What phase 1 ended with: every later exchange derives its first IV from it (RFC 2409 App. B). */
  readonly lastBlock: Uint8Array;
}

export function establishedFrom(
  outcome: Phase1Outcome,
  lastBlock: Uint8Array,
  { role, cookies }: Pick<Channel, 'role' | 'cookies'>,
  random: Random,
  now: Instant,
): Established {
  const { agreement, connection } = outcome;
  const order = toHex(concat(cookies.initiator, cookies.responder));
  const { renewal } = connection;
  const life = lifeFrom(now, { role, duration: agreement.lifetime.duration, renewal, order, random });
  return { ...outcome, lastBlock, ...life };
}

/** What is told of an SA that has just come up. */
export function establishedEvents(sa: SaReference, outcome: Phase1Outcome): IkeEvent[] {
  const { agreement, certificate, connection, nat, peer, peerId } = outcome;
  const established: IkeEvent = {
    name: 'phase1.established',
    sa,
    peerId: identityText(peerId),
    suite: phase1SuiteText(agreement.suite),
    lifetimeSeconds: agreement.lifetime.duration / 1000,
    vendorIds: peer.vendorIds,
    ...(certificate === undefined ? {} : { certificate }),
  };
  if (!nat.encapsulate) return [established];
  const { localBehindNat, remoteBehindNat } = nat;
  const dialect = nat.dialect?.name ?? 'none';
  const forced = connection.natt.mode === 'force';
  return [established, { name: 'nat.detected', sa, localBehindNat, remoteBehindNat, forced, dialect }];
}
