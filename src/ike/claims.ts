import type { TrafficSelector } from '../base/selector.ts';
import type { IpsecSas } from './ipsec-sas.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { peerOf } from './peer.ts';

/**
 * The networks that other peers of this connection have, or are about to have: whoever else claims one would get their packets. Where
 * several may have one identity, nobody can say whose they are, and the last one who comes has them.
 */
export function claimedByOthers({ pairs, negotiations }: IpsecSas, sa: IsakmpSa): TrafficSelector[] {
  if (sa.established?.connection.unique === 'never') return [];
  const own = peerOf(sa);
  const isOther = ({ peer }: { readonly peer: string }): boolean => peer !== own;
  return [
    ...[...pairs.values()].filter(isOther).map(({ remoteSelector }) => remoteSelector),
    ...[...negotiations.values()].filter(isOther).map(({ networks }) => networks),
  ];
}
