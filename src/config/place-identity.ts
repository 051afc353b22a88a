import { ipBytes, isIpv6 } from '../base/address.ts';
import { utf8Bytes } from '../base/bytes.ts';
import { ID_TYPE, type Identity, rangeIdentity } from '../base/identity.ts';
import { isNamedHost, isRange, type RemoteAddress } from '../base/remote-address.ts';

/** Where a gateway is, as the identity that stands for it; a host name is an FQDN. */
export function placeIdentity(address: Exclude<RemoteAddress, 'any'>): Identity {
  if (isNamedHost(address)) return { idType: ID_TYPE.FQDN, data: utf8Bytes(address.host) };
  if (isRange(address)) return rangeIdentity(address);
  return { idType: isIpv6(address) ? ID_TYPE.IPV6_ADDR : ID_TYPE.IPV4_ADDR, data: ipBytes(address) };
}
