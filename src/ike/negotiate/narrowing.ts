import { isIpv6 } from '../../base/address.ts';
import { type AddressRange, rangesMeet, selectorWithin } from '../../base/selector.ts';
import type { TunnelPolicy } from './policy.ts';

/**
 * The tunnels of a side that keeps to the networks that the peer has included: each network goes to the first tunnel without one whose
 * remote network holds it, and a tunnel that lies within a network stays as it is. Nobody needs what is left over. One Quick Mode has
 * one pair of selectors (RFC 2409 §5.5), so there are never more networks than tunnels. Nothing included means everything, and Unity
 * knows only IPv4.
 */
export function narrowed(tunnels: readonly TunnelPolicy[], included: readonly AddressRange[]): TunnelPolicy[] {
  const open = [...included];
  return tunnels.flatMap((tunnel) => {
    const { assigned, remote } = tunnel;
    if (included.length === 0 || assigned !== 'local' || isIpv6(remote.first)) return [tunnel];
    if (included.some((network) => selectorWithin(remote, network))) return [tunnel];
    const at = open.findIndex((network) => selectorWithin(network, remote));
    const [network] = at < 0 ? [] : open.splice(at, 1);
    return network === undefined ? [] : [{ ...tunnel, remote: { ...remote, ...network } }];
  });
}

/** Of the networks that the peer leaves to us, those with which a tunnel has something in common. */
export const roundTunnel = (
  { remote }: Pick<TunnelPolicy, 'remote'>,
  localLan: readonly AddressRange[],
): AddressRange[] => localLan.filter((network) => rangesMeet(network, remote));
