import { identityText } from '../base/identity.ts';
import type { IsakmpSa } from './isakmp-sa.ts';

/** Whom an ISAKMP SA is with, as text; empty before that is proved. */
export const peerOf = ({ established }: IsakmpSa): string =>
  established === undefined ? '' : identityText(established.peerId);

/** The newest SA that stands, with one peer where one is named: a connection to anybody has several, and each hears of its own only. */
export function newestStanding(sas: Iterable<IsakmpSa>, peer?: string): IsakmpSa | undefined {
  return [...sas].filter((sa) => sa.established !== undefined && (peer === undefined || peerOf(sa) === peer)).at(-1);
}
