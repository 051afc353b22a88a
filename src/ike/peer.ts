import { identityText } from '../base/identity.ts';
import type { Established } from './established.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { isReplaced } from './life.ts';

/** An ISAKMP SA that is established. */
export type StandingSa = IsakmpSa & { readonly established: Established };

export const isStanding = (sa: IsakmpSa): sa is StandingSa => sa.established !== undefined;

/** Whom an ISAKMP SA is with, as text; empty before that is proved. */
export const peerOf = ({ established }: IsakmpSa): string =>
  established === undefined ? '' : identityText(established.peerId);

/**
 * The newest SA that stands and nothing replaced, else the newest; with one peer where one is named: a connection to anybody has
 * several, and each hears of its own only.
 */
export function newestStanding(sas: Iterable<IsakmpSa>, peer?: string): StandingSa | undefined {
  const standing = [...sas].filter(isStanding).filter((sa) => peer === undefined || peerOf(sa) === peer);
  return standing.findLast(({ established }) => !isReplaced(established)) ?? standing.at(-1);
}
