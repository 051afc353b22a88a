import type { IpAddress } from '../../base/address.ts';
import { IkeError } from '../../base/errors.ts';
import { selectorHas, selectorText, type TrafficSelector } from '../../base/selector.ts';
import type { Ends } from '../ends.ts';
import type { TunnelPolicy } from './policy.ts';

/** What goes from here to there and back. */
export interface SelectorsOfSa {
  readonly local: TrafficSelector;
  readonly remote: TrafficSelector;
}

/**
 * A tunnel between these ends. In transport mode what it carries goes between the ends themselves: of its selectors, which say who may
 * that be, each has the address of its end.
 */
export function betweenEnds(tunnel: TunnelPolicy, { local, remote }: Ends): TunnelPolicy {
  if (tunnel.mode === 'tunnel') return tunnel;
  return { ...tunnel, local: hostIn(tunnel.local, local.address), remote: hostIn(tunnel.remote, remote.address) };
}

/** @throws IkeError INVALID_ID_INFORMATION in transport mode, where the tunnel is not for these ends */
export function requireEnds(tunnel: TunnelPolicy, { local, remote }: Ends): void {
  if (tunnel.mode === 'tunnel') return;
  if (isHost(tunnel.local, local.address) && isHost(tunnel.remote, remote.address)) return;
  throw new IkeError('INVALID_ID_INFORMATION', {
    what: 'transport mode is between the two gateways themselves',
    ours: pairText(tunnel),
    theirs: `${local.address} to ${remote.address}`,
  });
}

/**
 * Whether a peer may have these selectors of a tunnel in transport mode: its own, or for one port where the tunnel has any port of one
 * protocol.
 *
 * Interop: an L2TP peer may send from port 1701 or from any other, and says which in its identity (RFC 3193 §2.1).
 */
export function hostsMay(tunnel: TunnelPolicy, asked: SelectorsOfSa): boolean {
  return tunnel.mode === 'transport' && hostMay(tunnel.local, asked.local) && hostMay(tunnel.remote, asked.remote);
}

export const pairText = ({ local, remote }: SelectorsOfSa): string =>
  `${selectorText(local)} to ${selectorText(remote)}`;

const isHost = ({ first, last }: TrafficSelector, address: IpAddress): boolean => first === address && last === address;

function hostIn(selector: TrafficSelector, address: IpAddress): TrafficSelector {
  return selectorHas(selector, address) ? { ...selector, first: address, last: address } : selector;
}

function hostMay(own: TrafficSelector, asked: TrafficSelector): boolean {
  const port = own.port === asked.port || (own.port === 0 && own.protocol !== 0);
  return own.first === asked.first && own.last === asked.last && own.protocol === asked.protocol && port;
}
