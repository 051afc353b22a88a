import type { IpsecSasHost } from './ipsec-sas-host.ts';
import type { IpsecSas } from './ipsec-sas.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { Claim } from './negotiate/unclaimed.ts';
import { peerOf } from './peer.ts';

type Held = Pick<IpsecSas, 'pairs' | 'negotiations'>;

/**
 * What other peers of this connection have, or are about to have: whoever else claims it would get their packets. Where several may have
 * one identity, nobody can say whose their networks are, and the last one who comes has them.
 *
 * In transport mode the address is a NAT's, which all hosts behind it have, whatever their connection and whoever they are: the first one
 * has what it has (RFC 3948 §5.2).
 */
export function claimedByOthers(
  own: Held,
  sa: IsakmpSa,
  { everyIpsec, policy }: Pick<IpsecSasHost, 'everyIpsec' | 'policy'>,
): Claim[] {
  const here = claimsBut(own, peerOf(sa));
  const networks = policy.unique === 'never' ? here.filter(isHosts) : here;
  if (policy.tunnels.every(({ mode }) => mode === 'tunnel')) return networks;
  return [...networks, ...[...everyIpsec].flatMap((held) => (held === own ? [] : claimsBut(held).filter(isHosts)))];
}

/** All but those of one peer. */
function claimsBut({ pairs, negotiations }: Held, peer?: string): Claim[] {
  const claims = [
    ...[...pairs.values()].map((pair) => ({
      peer: pair.peer,
      mode: pair.agreement.mode,
      remote: pair.remoteSelector,
    })),
    ...[...negotiations.values()].map((other) => ({ peer: other.peer, mode: other.mode, remote: other.networks })),
  ];
  return claims.filter((claim) => claim.peer !== peer);
}

const isHosts = ({ mode }: Claim): boolean => mode === 'transport';
