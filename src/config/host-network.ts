import { type IpAddress, isIpv6 } from '../base/address.ts';
import { parseSelector, type TrafficSelector } from '../base/selector.ts';
import type { RemoteAddress } from './addresses.ts';

/** Where the two gateways of a connection are, as far as its configuration says. */
export interface GatewayAddresses {
  readonly local: IpAddress | 'auto';
  readonly remote: RemoteAddress;
}

/** `host` of a tunnel in transport mode: the address of that gateway, and where none is known before it is there, any of the IP version. */
export function hostRange(
  { local, remote }: GatewayAddresses,
  side: 'local' | 'remote',
): Pick<TrafficSelector, 'first' | 'last'> {
  const [own, other] = side === 'local' ? [local, remote] : [remote, local];
  if (isAddress(own)) return { first: own, last: own };
  const { first, last } = parseSelector(isAddress(other) && isIpv6(other) ? '::/0' : '0.0.0.0/0');
  return { first, last };
}

const isAddress = (address: GatewayAddresses['local'] | RemoteAddress): address is IpAddress =>
  typeof address === 'string' && address !== 'auto' && address !== 'any';
