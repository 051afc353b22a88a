import { ByteWriter, u16At } from './bytes.ts';
import { IkeError } from './errors.ts';

/** An IPv4 or IPv6 address in its one canonical text form (RFC 5952), so that equal addresses are equal strings. */
export type IpAddress = string & { readonly __brand: 'IpAddress' };

/** One end of a UDP flow. */
export interface UdpEndpoint {
  readonly address: IpAddress;
  readonly port: number;
}

export const isIpv6 = (address: IpAddress): boolean => address.includes(':');

/** `192.0.2.1:500`, `[2001:db8::1]:500`. */
export function endpointText(endpoint: UdpEndpoint): string {
  return isIpv6(endpoint.address) ? `[${endpoint.address}]:${endpoint.port}` : `${endpoint.address}:${endpoint.port}`;
}

export const sameEndpoint = (a: UdpEndpoint, b: UdpEndpoint): boolean => a.port === b.port && a.address === b.address;

/** The canonical form of an address, or undefined where the text is none. A zone (`%eth0`) is not part of an address here. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const bytes = text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);
  return bytes === undefined ? undefined : ipAddress(bytes);
}

/** As `parseIpAddress`, for text that must be one. */
export function requireIpAddress(text: string): IpAddress {
  const address = parseIpAddress(text);
  if (address === undefined) throw new IkeError('INVALID_ARGUMENT', { what: 'IP address', text });
  return address;
}

/** 4 or 16 octets as an address. */
export function ipAddress(bytes: Uint8Array): IpAddress {
  if (bytes.length === 4) return bytes.join('.') as IpAddress;
  if (bytes.length !== 16) throw new IkeError('PAYLOAD_MALFORMED', { what: 'IP address', have: bytes.length });
  return ipv6Text(bytes) as IpAddress;
}

/** 4 or 16 octets in network order. */
export function ipBytes(address: IpAddress): Uint8Array {
  const bytes = isIpv6(address) ? ipv6Bytes(address) : ipv4Bytes(address);
  if (bytes === undefined) throw new IkeError('INVALID_ARGUMENT', { what: 'IP address', text: address });
  return bytes;
}

const IPV4 = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

function ipv4Bytes(text: string): Uint8Array | undefined {
  // No leading zeros: "010" is 8 to some parsers and 10 to others.
  const match = IPV4.exec(text);
  if (match === null) return undefined;
  const bytes = new Uint8Array(4);
  for (let i = 0; i < 4; i++) {
    const octet = Number(match[i + 1]);
    if (octet > 255) return undefined;
    bytes[i] = octet;
  }
  return bytes;
}

function ipv6Bytes(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  // Dotted decimals stand for the last four octets only, RFC 4291 §2.2.
  if (text.slice(0, text.lastIndexOf(':')).includes('.')) return undefined;
  const [head, tail] = halves.map(ipv6Groups);
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  if (tail === undefined) return head.length === 8 ? fromGroups(head) : undefined;
  const missing = 8 - head.length - tail.length;
  return missing < 1 ? undefined : fromGroups([...head, ...Array<number>(missing).fill(0), ...tail]);
}

function ipv6Groups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  for (const part of text.split(':')) {
    if (part.includes('.')) {
      const v4 = ipv4Bytes(part);
      if (v4 === undefined) return undefined;
      const [a = 0, b = 0, c = 0, d = 0] = v4;
      groups.push((a << 8) | b, (c << 8) | d);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

function fromGroups(groups: readonly number[]): Uint8Array {
  const w = new ByteWriter();
  for (const group of groups) w.u16(group);
  return w.finish();
}

/** RFC 5952 §4: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => u16At(bytes, 2 * i));
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && groups[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return best.at < 0 ? hex(groups) : `${hex(groups.slice(0, best.at))}::${hex(groups.slice(best.at + best.length))}`;
}
