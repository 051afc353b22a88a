import { IkeError } from '../../base/errors.ts';
import { type Identity, identityText, matchesIdentity, sameIdentity } from '../../base/identity.ts';
import type { Phase1Agreement, Phase1Choice } from '../negotiate/phase1-choice.ts';
import type { ConnectionPolicy, RemotePolicy } from '../negotiate/policy.ts';

/** Whether a peer that says to be this may be the one that a connection is for. */
export const isWanted = ({ id, nameMatching }: RemotePolicy, peerId: Identity): boolean =>
  id === 'any' || matchesIdentity(id, peerId, nameMatching);

/** The connections that an identity fits: by its whole name before one with stars, and that before one for anybody. */
export function matching(candidates: readonly ConnectionPolicy[], peerId: Identity): readonly ConnectionPolicy[] {
  const closeness = ({ remote }: ConnectionPolicy): number => {
    if (remote.id === 'any') return 2;
    if (sameIdentity(remote.id, peerId)) return 0;
    return isWanted(remote, peerId) ? 1 : 3;
  };
  return candidates
    .map((policy) => ({ policy, rank: closeness(policy) }))
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .map(({ policy }) => policy);
}

/** The peer has proved to be somebody for whom there is no connection. */
export function unwanted(candidates: readonly ConnectionPolicy[], peerId: Identity): IkeError {
  const ours = candidates.map(({ remote }) => (remote.id === 'any' ? '%any' : identityText(remote.id))).join(', ');
  return new IkeError('AUTHENTICATION_FAILED', { what: 'identity', theirs: identityText(peerId), ours });
}

/** What was agreed, with the lifetime that this connection allows. */
export function agreementFor(
  { agreement, lifetimes }: { readonly agreement: Phase1Agreement; readonly lifetimes: Phase1Choice['allowed'] },
  { name }: ConnectionPolicy,
): Phase1Agreement {
  const allowed = lifetimes.find(({ connection }) => connection === name);
  return { ...agreement, lifetime: allowed?.lifetime ?? agreement.lifetime };
}
