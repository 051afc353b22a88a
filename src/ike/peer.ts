import { endpointText } from '../base/address.ts';
import { identityKey } from '../base/identity.ts';
import type { PeerProof } from './auth/proof.ts';
import type { Established } from './established.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { isReplaced } from './life.ts';

/** An ISAKMP SA that is established, with a peer that has proved itself, and under which phase 2 may begin where it is open. */
export type StandingSa = IsakmpSa & { readonly established: Established & { readonly proof: PeerProof } };

export const isProved = (sa: IsakmpSa): sa is StandingSa => sa.established?.proof !== undefined;
export const isStanding = (sa: IsakmpSa): sa is StandingSa => isProved(sa) && sa.isOpen;

/**
 * Whom an ISAKMP SA is with, as text that nobody else has; empty before that is proved. Where the peer has to say which user it is, one identity of phase 1
 * may be that of many, and is a claim until the user is known; so it may where the policy is `unique: never`, and then they are told apart
 * by where they came from.
 */
export function peerOf({ established }: IsakmpSa): string {
  if (established === undefined) return '';
  const { peerId, connection, user, place } = established;
  const name = [identityKey(peerId)];
  if (connection.user?.side === 'remote') {
    if (user === undefined) return '';
    name.push(`user ${JSON.stringify(user)}`);
  }
  if (connection.unique === 'never') name.push(endpointText(place));
  return name.join(' ');
}

/** Whether the peer is known, its user included where it has to be one: nothing that it says is about more than its own SA before. */
export const isKnown = (sa: IsakmpSa): boolean => peerOf(sa) !== '';

/**
 * The newest SA that stands and nothing replaced, of those that the peer is known to have where it has any; else the newest. With one
 * peer where one is named: a connection to anybody has several, and each hears of its own only.
 */
export function newestStanding(sas: Iterable<IsakmpSa>, peer?: string): StandingSa | undefined {
  const standing = [...sas].filter(isStanding).filter((sa) => peer === undefined || peerOf(sa) === peer);
  const current = standing.filter(({ established }) => !isReplaced(established));
  return current.findLast(({ established }) => established.provedAt !== undefined) ?? current.at(-1) ?? standing.at(-1);
}

/** The ISAKMP SAs that stand, the oldest first. */
export const standingIn = (sas: Iterable<IsakmpSa>): StandingSa[] => [...sas].filter(isStanding);

/** Those with the same peer as this one. */
export const othersWithPeer = (sas: Iterable<IsakmpSa>, sa: IsakmpSa): StandingSa[] =>
  standingIn(sas).filter((other) => other !== sa && peerOf(other) === peerOf(sa));
