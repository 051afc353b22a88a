import { type IpAddress, ipAddress, ipBytes, isIpv6 } from '../../base/address.ts';
import { utf8Bytes } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import { printable } from '../../base/identity.ts';
import { prefixLength, prefixRange, type TrafficSelector } from '../../base/selector.ts';
import type { DataAttribute } from '../wire/attributes.ts';
import { CONFIGURATION_ATTRIBUTE } from '../wire/numbers.ts';
import { readUnityNetworks, UNITY_NETWORK_BYTES, writeUnityNetworks } from '../wire/unity-networks.ts';
import type { ConnectionPolicy, GivenSettings } from './policy.ts';

const {
  INTERNAL_IP4_ADDRESS,
  INTERNAL_IP4_NETMASK,
  INTERNAL_IP4_DNS,
  UNITY_BANNER,
  UNITY_DEFAULT_DOMAIN,
  UNITY_SPLIT_INCLUDE,
} = CONFIGURATION_ATTRIBUTE;

/** What one side tells the other about the network behind it, draft-dukes-ike-mode-cfg-02 §3.4, and Cisco's additions. */
export interface NetworkSettings {
  /** The receiver's own address inside. */
  readonly address?: IpAddress;
  readonly netmask?: IpAddress;
  readonly dns: readonly IpAddress[];
  readonly domain?: string;
  /** For the user to read. */
  readonly banner?: string;
  /** What lies behind the sender; none means everything. */
  readonly splitInclude: readonly Pick<TrafficSelector, 'first' | 'last'>[];
}

/** Ours: servers and networks that are taken of one peer, and characters of a text. */
const MOST = 32;
const LONGEST_TEXT = 2048;

/** What a receiver asks for: all that it can use, each empty (draft-dukes-ike-mode-cfg-02 §5.1). */
export const settingsQuestion: readonly DataAttribute[] = [
  INTERNAL_IP4_ADDRESS,
  INTERNAL_IP4_NETMASK,
  INTERNAL_IP4_DNS,
  UNITY_BANNER,
  UNITY_DEFAULT_DOMAIN,
  UNITY_SPLIT_INCLUDE,
].map((type) => ({ type, format: 'tlv', value: new Uint8Array(0) }));

/** The attributes that say it. */
export function settingsAttributes(given: GivenSettings, address: IpAddress): DataAttribute[] {
  const { dns, domain, banner, splitInclude, netmask } = given;
  const tlv = (type: number, value: Uint8Array): DataAttribute => ({ type, format: 'tlv', value });
  return [
    tlv(INTERNAL_IP4_ADDRESS, ipBytes(address)),
    ...(netmask === undefined ? [] : [tlv(INTERNAL_IP4_NETMASK, ipBytes(netmask))]),
    ...dns.map((resolver) => tlv(INTERNAL_IP4_DNS, ipBytes(resolver))),
    ...(banner === undefined ? [] : [tlv(UNITY_BANNER, utf8Bytes(banner))]),
    ...(domain === undefined ? [] : [tlv(UNITY_DEFAULT_DOMAIN, utf8Bytes(domain))]),
    ...(splitInclude.length === 0
      ? []
      : [tlv(UNITY_SPLIT_INCLUDE, writeUnityNetworks(splitInclude.map(unityNetwork)))]),
  ];
}

/** What attributes say that came from a peer. What we have no use for, and what is not well formed, is passed over. */
export function settingsIn(attributes: readonly DataAttribute[]): NetworkSettings {
  const all = (wanted: number): Uint8Array[] =>
    attributes.flatMap(({ type, value }) => (type === wanted && value.length > 0 ? [value] : [])).slice(0, MOST);
  const addresses = (wanted: number): IpAddress[] =>
    all(wanted).flatMap((value) => (value.length === 4 ? [ipAddress(value)] : []));
  const text = (wanted: number): string | undefined => {
    const [value] = all(wanted);
    return value === undefined ? undefined : printable(value.subarray(0, LONGEST_TEXT));
  };
  const [address] = addresses(INTERNAL_IP4_ADDRESS);
  const [netmask] = addresses(INTERNAL_IP4_NETMASK);
  const [domain, banner] = [text(UNITY_DEFAULT_DOMAIN), text(UNITY_BANNER)];
  return {
    ...(address === undefined ? {} : { address }),
    ...(netmask === undefined ? {} : { netmask }),
    dns: addresses(INTERNAL_IP4_DNS),
    ...(domain === undefined ? {} : { domain }),
    ...(banner === undefined ? {} : { banner }),
    splitInclude: all(UNITY_SPLIT_INCLUDE)
      .filter(({ length }) => length % UNITY_NETWORK_BYTES === 0)
      .flatMap(readUnityNetworks)
      .slice(0, MOST)
      .map(({ address: network, mask }) => prefixRange(network, maskLength(mask))),
  };
}

/** A connection whose tunnels carry, on the side that has its address assigned, that address and nothing else. */
export function withAssigned(policy: ConnectionPolicy, address: IpAddress): ConnectionPolicy {
  const tunnels = policy.tunnels.map((tunnel) => {
    if (tunnel.assigned === undefined) return tunnel;
    return { ...tunnel, [tunnel.assigned]: { ...tunnel[tunnel.assigned], first: address, last: address } };
  });
  return { ...policy, tunnels };
}

function unityNetwork(network: Pick<TrafficSelector, 'first' | 'last'>): { address: IpAddress; mask: IpAddress } {
  const length = prefixLength(network);
  if (length === undefined || isIpv6(network.first))
    throw new IkeError('INVALID_ARGUMENT', { what: 'split include', first: network.first, last: network.last });
  return { address: network.first, mask: netmaskOf(length) };
}

/** `255.255.255.0` */
const netmaskOf = (length: number): IpAddress =>
  ipAddress(Uint8Array.from({ length: 4 }, (_, i) => (0xff00 >>> Math.min(8, Math.max(0, length - 8 * i))) & 0xff));

/** The ones that a mask begins with; what comes behind a hole counts as zeros. */
function maskLength(mask: IpAddress): number {
  const bits = ipBytes(mask).reduce((text, octet) => text + octet.toString(2).padStart(8, '0'), '');
  return /^1*/.exec(bits)?.[0].length ?? 0;
}
