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
  const peer = peerOf(sa);
  const standing = [...pairs.values()].map((pair) => ({ peer: pair.peer, networks: pair.remoteSelector }));
  return [...standing, ...negotiations.values()].filter((other) => other.peer !== peer).map(({ networks }) => networks);
}
