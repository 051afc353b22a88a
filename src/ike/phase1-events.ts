import { identityText } from '../base/identity.ts';
import { phase1SuiteText } from '../crypto/suites.ts';
import type { IkeEvent, SaReference } from './events.ts';
import type { Phase1Outcome } from './exchange/main-mode.ts';

/** What is told of a phase 1 that stands. */
export function phase1Events(sa: SaReference, outcome: Phase1Outcome): IkeEvent[] {
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
  const { localBehindNat, remoteBehindNat, dialect } = nat;
  const forced = connection.natt.mode === 'force';
  const said = { localBehindNat, remoteBehindNat, forced, dialect: dialect?.name ?? 'none' };
  return [established, { name: 'nat.detected', sa, ...said }];
}
