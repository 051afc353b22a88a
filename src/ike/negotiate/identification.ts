import { type IpAddress, ipAddress, ipBytes, isIpv6 } from '../../base/address.ts';
import { concat } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import { ID_TYPE } from '../../base/identity.ts';
import { type TrafficSelector, compareBytes, prefixLength, prefixMask } from '../../base/selector.ts';
import type { IdentificationPayload } from '../wire/identification.ts';

/** The two address families of RFC 2407 §4.6.2.1. */
const V4 = { bytes: 4, host: ID_TYPE.IPV4_ADDR, subnet: ID_TYPE.IPV4_ADDR_SUBNET, range: ID_TYPE.IPV4_ADDR_RANGE };
const V6 = { bytes: 16, host: ID_TYPE.IPV6_ADDR, subnet: ID_TYPE.IPV6_ADDR_SUBNET, range: ID_TYPE.IPV6_ADDR_RANGE };

/** A traffic selector as IDci or IDcr, in the shortest form that says it: one address, a subnet, or a range. */
export function selectorIdentification(selector: TrafficSelector): IdentificationPayload {
  const { protocol: protocolId, port } = selector;
  const family = isIpv6(selector.first) ? V6 : V4;
  const first = ipBytes(selector.first);
  if (selector.first === selector.last) return { idType: family.host, protocolId, port, data: first };
  const length = prefixLength(selector);
  if (length === undefined)
    return { idType: family.range, protocolId, port, data: concat(first, ipBytes(selector.last)) };
  return { idType: family.subnet, protocolId, port, data: concat(first, prefixMask(length, family.bytes)) };
}

/**
 * IDci or IDcr as a traffic selector.
 *
 * Throws PAYLOAD_MALFORMED where the data has not the length that its type has, and INVALID_ID_INFORMATION for a type that is no
 * range of addresses, a mask with holes (RFC 2407 §4.6.2.5 allows it, but no range is like it), and a range that ends before it
 * begins. Address bits under the zeros of a mask mean nothing and are cleared.
 */
export function identificationSelector(id: IdentificationPayload): TrafficSelector {
  const { protocolId: protocol, port, data, idType } = id;
  const family = [V4, V6].find(({ host, subnet, range }) => idType === host || idType === subnet || idType === range);
  if (family === undefined)
    throw new IkeError('INVALID_ID_INFORMATION', { what: 'ID type of a traffic selector', idType });
  const need = idType === family.host ? family.bytes : 2 * family.bytes;
  if (data.length !== need)
    throw new IkeError('PAYLOAD_MALFORMED', { what: 'Identification Data', idType, need, have: data.length });
  const one = data.subarray(0, family.bytes);
  if (idType === family.host) return { protocol, port, ...range(one, one) };
  const two = data.subarray(family.bytes);
  return { protocol, port, ...(idType === family.subnet ? subnet(one, two) : range(one, two)) };
}

/** RFC 2409 §5.5: without IDci and IDcr the identities are "the IP addresses of the ISAKMP peers", any protocol and port. */
export function hostSelector(address: IpAddress): TrafficSelector {
  return { first: address, last: address, protocol: 0, port: 0 };
}

function range(first: Uint8Array, last: Uint8Array): { first: IpAddress; last: IpAddress } {
  const ends = { first: ipAddress(first), last: ipAddress(last) };
  if (compareBytes(first, last) > 0)
    throw new IkeError('INVALID_ID_INFORMATION', { what: 'range ends before it begins', ...ends });
  return ends;
}

function subnet(address: Uint8Array, mask: Uint8Array): { first: IpAddress; last: IpAddress } {
  const length = mask.findIndex((octet) => octet !== 0xff);
  const ones = length < 0 ? mask.length * 8 : length * 8 + Math.clz32(~((mask[length] ?? 0) << 24));
  if (compareBytes(mask, prefixMask(ones, mask.length)) !== 0) {
    throw new IkeError('INVALID_ID_INFORMATION', { what: 'network mask with holes', mask: ipAddress(mask) });
  }
  return {
    first: ipAddress(address.map((octet, i) => octet & (mask[i] ?? 0))),
    last: ipAddress(address.map((octet, i) => (octet | ~(mask[i] ?? 0)) & 0xff)),
  };
}
