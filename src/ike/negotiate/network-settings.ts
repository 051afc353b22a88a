import { type IpAddress, ipAddress, ipBytes, isIpv6 } from '../../base/address.ts';
import { concat, utf8Bytes } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import { printable } from '../../base/identity.ts';
import { type AddressRange, prefixLength, prefixMask, prefixRange } from '../../base/selector.ts';
import type { DataAttribute } from '../wire/attributes.ts';
import { CONFIGURATION_ATTRIBUTE } from '../wire/numbers.ts';
import { isUnityNetworks, readUnityNetworks, writeUnityNetworks } from '../wire/unity-networks.ts';
import type { ConnectionPolicy, GivenSettings, TunnelPolicy } from './policy.ts';

const {
  INTERNAL_IP4_ADDRESS,
  INTERNAL_IP4_NETMASK,
  INTERNAL_IP4_DNS,
  INTERNAL_IP6_ADDRESS,
  INTERNAL_IP6_NETMASK,
  INTERNAL_IP6_DNS,
  UNITY_BANNER,
  UNITY_DEFAULT_DOMAIN,
  UNITY_SPLIT_INCLUDE,
  UNITY_LOCAL_LAN,
} = CONFIGURATION_ATTRIBUTE;

/** What one side tells the other about the network behind it, draft-dukes-ike-mode-cfg-02 §3.4, and Cisco's additions. */
export interface NetworkSettings {
  /** The receiver's own addresses inside: one of IPv4, one of IPv6, or both. */
  readonly addresses: readonly IpAddress[];
  readonly netmask?: IpAddress;
  readonly dns: readonly IpAddress[];
  readonly domain?: string;
  /** For the user to read. */
  readonly banner?: string;
  /** What lies behind the sender; none means everything. */
  readonly splitInclude: readonly AddressRange[];
  /** What lies beside the receiver and may be reached round the tunnel. */
  readonly localLan: readonly AddressRange[];
}

/** Ours: servers and networks that are taken of one peer, and characters of a text. */
const MOST = 32;
const LONGEST_TEXT = 2048;

/** The attributes of each IP version. */
const IPV4: readonly number[] = [INTERNAL_IP4_ADDRESS, INTERNAL_IP4_NETMASK, INTERNAL_IP4_DNS];
const IPV6: readonly number[] = [INTERNAL_IP6_ADDRESS, INTERNAL_IP6_NETMASK, INTERNAL_IP6_DNS];
const UNITY: readonly number[] = [UNITY_BANNER, UNITY_DEFAULT_DOMAIN, UNITY_SPLIT_INCLUDE, UNITY_LOCAL_LAN];

/**
 * Interop: strongSwan writes and expects an octet with the length of a prefix behind an IPv6 address, as IKEv2 has it (RFC 7296 §3.15.1);
 * draft-dukes-ike-mode-cfg-02 §3.4 has none. Both are read.
 */
const PREFIX_LENGTH = Uint8Array.of(128);

/** What a receiver with these tunnels asks for: all that it can use, each empty (draft-dukes-ike-mode-cfg-02 §5.1). */
export function settingsQuestion(tunnels: readonly TunnelPolicy[]): readonly DataAttribute[] {
  const needs = tunnels.flatMap((tunnel) => (tunnel.assigned === 'local' ? [isIpv6(tunnel.local.first)] : []));
  return [
    ...(needs.includes(false) || needs.length === 0 ? IPV4 : []),
    ...(needs.includes(true) ? [INTERNAL_IP6_ADDRESS, INTERNAL_IP6_DNS] : []),
    ...UNITY,
  ].map((type) => ({ type, format: 'tlv', value: new Uint8Array(0) }));
}

/** Of all that can be given, what a receiver can use that has asked so: who asks for one IP version may not know the other. */
export function settingsAsked(
  given: readonly DataAttribute[],
  question: readonly DataAttribute[],
): readonly DataAttribute[] {
  const asksFor = (wanted: number): boolean => question.some(({ type }) => type === wanted);
  const unasked = asksFor(INTERNAL_IP6_ADDRESS) ? (asksFor(INTERNAL_IP4_ADDRESS) ? [] : IPV4) : IPV6;
  return given.filter(({ type }) => !unasked.includes(type));
}

/** The attributes that say it. */
export function settingsAttributes(given: GivenSettings, addresses: readonly IpAddress[]): DataAttribute[] {
  const { dns, domain, banner, splitInclude, localLan, netmask } = given;
  const tlv = (type: number, value: Uint8Array): DataAttribute => ({ type, format: 'tlv', value });
  const networks = (type: number, ranges: readonly AddressRange[]): DataAttribute[] =>
    ranges.length === 0 ? [] : [tlv(type, writeUnityNetworks(ranges.map(unityNetwork)))];
  return [
    ...addresses.map((address) =>
      isIpv6(address)
        ? tlv(INTERNAL_IP6_ADDRESS, concat(ipBytes(address), PREFIX_LENGTH))
        : tlv(INTERNAL_IP4_ADDRESS, ipBytes(address)),
    ),
    ...(netmask === undefined ? [] : [tlv(INTERNAL_IP4_NETMASK, ipBytes(netmask))]),
    ...dns.map((resolver) => tlv(isIpv6(resolver) ? INTERNAL_IP6_DNS : INTERNAL_IP4_DNS, ipBytes(resolver))),
    ...(banner === undefined ? [] : [tlv(UNITY_BANNER, utf8Bytes(banner))]),
    ...(domain === undefined ? [] : [tlv(UNITY_DEFAULT_DOMAIN, utf8Bytes(domain))]),
    ...networks(UNITY_SPLIT_INCLUDE, splitInclude),
    ...networks(UNITY_LOCAL_LAN, localLan),
  ];
}

/** What attributes say that came from a peer. What we have no use for, and what is not well formed, is passed over. */
export function settingsIn(attributes: readonly DataAttribute[]): NetworkSettings {
  const all = (wanted: number): Uint8Array[] =>
    attributes.flatMap(({ type, value }) => (type === wanted && value.length > 0 ? [value] : [])).slice(0, MOST);
  const ipv4 = (wanted: number): IpAddress[] =>
    all(wanted).flatMap((value) => (value.length === 4 ? [ipAddress(value)] : []));
  const ipv6 = (wanted: number): IpAddress[] =>
    all(wanted).flatMap((value) =>
      value.length === 16 || value.length === 17 ? [ipAddress(value.subarray(0, 16))] : [],
    );
  const text = (wanted: number): string | undefined => {
    const [value] = all(wanted);
    return value === undefined ? undefined : printable(value.subarray(0, LONGEST_TEXT));
  };
  const [netmask] = ipv4(INTERNAL_IP4_NETMASK);
  const [domain, banner] = [text(UNITY_DEFAULT_DOMAIN), text(UNITY_BANNER)];
  return {
    addresses: [...ipv4(INTERNAL_IP4_ADDRESS).slice(0, 1), ...ipv6(INTERNAL_IP6_ADDRESS).slice(0, 1)],
    ...(netmask === undefined ? {} : { netmask }),
    dns: [...ipv4(INTERNAL_IP4_DNS), ...ipv6(INTERNAL_IP6_DNS)].slice(0, MOST),
    ...(domain === undefined ? {} : { domain }),
    ...(banner === undefined ? {} : { banner }),
    splitInclude: networksIn(all(UNITY_SPLIT_INCLUDE)),
    localLan: networksIn(all(UNITY_LOCAL_LAN)),
  };
}

const networksIn = (values: readonly Uint8Array[]): AddressRange[] =>
  values
    .filter(isUnityNetworks)
    .flatMap(readUnityNetworks)
    .slice(0, MOST)
    .map(({ address, mask }) => prefixRange(address, maskLength(mask)));

/** The address that a tunnel gets on the side that has it assigned; undefined where none of them is of its IP version. */
export function assignedTo(
  { assigned, ...tunnel }: TunnelPolicy,
  addresses: readonly IpAddress[],
): IpAddress | undefined {
  if (assigned === undefined) return undefined;
  const { first } = tunnel[assigned];
  return addresses.find((address) => isIpv6(address) === isIpv6(first));
}

/** A connection whose tunnels carry, on the side that has its address assigned, that address and nothing else. */
export function withAssigned(policy: ConnectionPolicy, addresses: readonly IpAddress[]): ConnectionPolicy {
  const tunnels = policy.tunnels.map((tunnel) => {
    const address = assignedTo(tunnel, addresses);
    if (tunnel.assigned === undefined || address === undefined) return tunnel;
    return { ...tunnel, [tunnel.assigned]: { ...tunnel[tunnel.assigned], first: address, last: address } };
  });
  return { ...policy, tunnels };
}

function unityNetwork(network: AddressRange): { address: IpAddress; mask: IpAddress } {
  const length = prefixLength(network);
  if (length === undefined || isIpv6(network.first))
    throw new IkeError('INVALID_ARGUMENT', { what: 'split include', first: network.first, last: network.last });
  return { address: network.first, mask: ipAddress(prefixMask(length, 4)) };
}

/** The ones that a mask begins with; what comes behind a hole counts as zeros. */
function maskLength(mask: IpAddress): number {
  const bits = ipBytes(mask).reduce((text, octet) => text + octet.toString(2).padStart(8, '0'), '');
  return /^1*/.exec(bits)?.[0].length ?? 0;
}
