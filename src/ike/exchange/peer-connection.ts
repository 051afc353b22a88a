import { IkeError } from '../../base/errors.ts';
import { type Identity, identityText, matchesIdentity, sameIdentity } from '../../base/identity.ts';
import type { PskCandidate } from '../effects.ts';
import type { Phase1Agreement, Phase1Choice } from '../negotiate/phase1-choice.ts';
import type { ConnectionPolicy, RemotePolicy } from '../negotiate/policy.ts';

/** Whether a peer that says to be this may be the one that a connection is for. */
export const isWanted = ({ id, nameMatching }: RemotePolicy, peerId: Identity): boolean =>
  id === 'any' || matchesIdentity(id, peerId, nameMatching);

/** Whether who knows a key may be this peer: one peer's key does not serve for another's identity. */
export const isKeyOf = ({ identities }: Pick<PskCandidate, 'identities'>, peerId: Identity): boolean =>
  identities === 'any' || identities.some((identity) => matchesIdentity(identity, peerId));

/**
 * Of a key that we had to take before the peer said who it is.
 *
 * @throws IkeError AUTHENTICATION_FAILED
 */
export function requireKeyOf({ identities }: Pick<PskCandidate, 'identities'>, peerId: Identity): void {
  if (identities === 'any' || isKeyOf({ identities }, peerId)) return;
  const ours = identities.map(identityText).join(', ');
  throw new IkeError('AUTHENTICATION_FAILED', { what: 'identity', theirs: identityText(peerId), ours });
}

/**
 * The connections that an identity fits: by its whole name before one with stars or a range of addresses, and that before one for anybody;
 * those that it fits alike in the order in which the addresses left them.
 */
export function matching(candidates: readonly ConnectionPolicy[], peerId: Identity): readonly ConnectionPolicy[] {
  const closeness = ({ remote }: ConnectionPolicy): number => {
    if (remote.id === 'any') return 2;
    if (!isWanted(remote, peerId)) return 3;
    return sameIdentity(remote.id, peerId) ? 0 : 1;
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
