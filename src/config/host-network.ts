import { type IpAddress, isIpv6 } from '../base/address.ts';
import { isOneAddress, isRange, type RemoteAddress } from '../base/remote-address.ts';
import { parseSelector, type TrafficSelector } from '../base/selector.ts';

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
  if (own !== 'auto' && isRange(own)) return own;
  const { first, last } = parseSelector(versionOf(other) === 6 ? '::/0' : '0.0.0.0/0');
  return { first, last };
}

/** Of a side of which that much is known. */
function versionOf(address: GatewayAddresses['local'] | RemoteAddress): 4 | 6 | undefined {
  if (isAddress(address)) return isIpv6(address) ? 6 : 4;
  return typeof address === 'object' && isRange(address) ? versionOf(address.first) : undefined;
}

const isAddress = (address: GatewayAddresses['local'] | RemoteAddress): address is IpAddress =>
  address !== 'auto' && isOneAddress(address);
