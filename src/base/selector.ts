import { type IpAddress, ipAddress, ipBytes, isIpv6, parseIpAddress } from './address.ts';
import { sameBytes, toHex } from './bytes.ts';
import { IkeError } from './errors.ts';

/** Addresses from one to another, both included. */
export interface AddressRange {
  readonly first: IpAddress;
  readonly last: IpAddress;
}

/** One side of what a tunnel carries: an inclusive range of addresses; protocol and port 0 mean any (RFC 2407 §4.6.2). */
export interface TrafficSelector extends AddressRange {
  /** IP protocol number; 0 is any. */
  readonly protocol: number;
  /** TCP or UDP port; 0 is any. */
  readonly port: number;
}

/** `10.1.0.0/24`, `10.1.0.7`, `10.1.0.1-10.1.0.9`, each with an optional `[tcp/22]`-like suffix `[protocol/port]` of numbers. */
export function parseSelector(text: string): TrafficSelector {
  const match = /^([^[\]]+)(?:\[(\d+)\/(\d+)\])?$/.exec(text.trim());
  const range = match?.[1] === undefined ? undefined : parseRange(match[1]);
  const protocol = Number(match?.[2] ?? 0);
  const port = Number(match?.[3] ?? 0);
  if (range === undefined || protocol > 255 || port > 65_535)
    throw new IkeError('INVALID_ARGUMENT', { what: 'traffic selector', text });
  return { protocol, port, ...range };
}

/** The shortest text that `parseSelector` reads back. */
export function selectorText(selector: TrafficSelector): string {
  const range = rangeText(selector);
  return selector.protocol === 0 && selector.port === 0 ? range : `${range}[${selector.protocol}/${selector.port}]`;
}

/** Addresses as people write them: a prefix where one is exactly these, else from one to the other. */
export function rangeText(range: AddressRange): string {
  const { first, last } = range;
  if (first === last) return first;
  const length = prefixLength(range);
  return length === undefined ? `${first}-${last}` : `${first}/${length}`;
}

/** The length of the prefix that is exactly this range, or undefined where no prefix is. */
export function prefixLength(selector: AddressRange): number | undefined {
  const first = ipBytes(selector.first);
  const last = ipBytes(selector.last);
  if (first.length !== last.length) return undefined;
  const length = commonBits(first, last);
  const [low, high] = prefixBounds(first, length);
  return sameBytes(low, first) && sameBytes(high, last) ? length : undefined;
}

/** How many bits two addresses have in common from the front. */
function commonBits(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((octet, i) => octet !== b[i]);
  return at < 0 ? 8 * a.length : 8 * at + Math.clz32((a[at] ?? 0) ^ (b[at] ?? 0)) - 24;
}

export function sameSelector(a: TrafficSelector, b: TrafficSelector): boolean {
  return a.first === b.first && a.last === b.last && a.protocol === b.protocol && a.port === b.port;
}

/** Whether an address lies in the range; protocol and port are the caller's to look at. */
export function selectorHas(selector: AddressRange, address: IpAddress): boolean {
  const bytes = ipBytes(address);
  const first = ipBytes(selector.first);
  return (
    bytes.length === first.length && compareBytes(first, bytes) <= 0 && compareBytes(bytes, ipBytes(selector.last)) <= 0
  );
}

/** Whether all addresses of a range lie in the other; protocol and port are the caller's to look at. */
export function selectorWithin(inner: AddressRange, outer: AddressRange): boolean {
  return selectorHas(outer, inner.first) && selectorHas(outer, inner.last);
}

/** How many addresses a range has. */
export const rangeSize = ({ first, last }: AddressRange): bigint =>
  BigInt(`0x${toHex(ipBytes(last))}`) - BigInt(`0x${toHex(ipBytes(first))}`) + 1n;

/** Whether an address lies in both ranges; protocol and port are the caller's to look at. */
export function rangesMeet(a: AddressRange, b: AddressRange): boolean {
  return selectorHas(a, b.first) || selectorHas(b, a.first);
}

/** -1, 0 or 1 as `a` sorts before, with or after `b`; both of one length. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const [octet, other] = [a[i] ?? 0, b[i] ?? 0];
    if (octet !== other) return octet < other ? -1 : 1;
  }
  return 0;
}

function parseRange(text: string): AddressRange | undefined {
  const [from = '', to, more] = text.split('-');
  if (more !== undefined) return undefined;
  if (to !== undefined) return orderedRange(parseIpAddress(from.trim()), parseIpAddress(to.trim()));
  const [base = '', length, rest] = text.split('/');
  const address = parseIpAddress(base);
  if (address === undefined || rest !== undefined) return undefined;
  if (length === undefined) return { first: address, last: address };
  if (!/^\d{1,3}$/.test(length) || Number(length) > (isIpv6(address) ? 128 : 32)) return undefined;
  return prefixRange(address, Number(length));
}

function orderedRange(first: IpAddress | undefined, last: IpAddress | undefined): AddressRange | undefined {
  if (first === undefined || last === undefined || isIpv6(first) !== isIpv6(last)) return undefined;
  return compareBytes(ipBytes(first), ipBytes(last)) > 0 ? undefined : { first, last };
}

/** The range of the prefix in which an address lies. */
export function prefixRange(address: IpAddress, length: number): AddressRange {
  const [low, high] = prefixBounds(ipBytes(address), length);
  return { first: ipAddress(low), last: ipAddress(high) };
}

/** So many ones, then zeros. */
export const prefixMask = (length: number, bytes: number): Uint8Array =>
  new Uint8Array(bytes).map((_, i) => (0xff00 >>> Math.min(8, Math.max(0, length - 8 * i))) & 0xff);

/** The first and the last address of the prefix in which an address lies. */
function prefixBounds(address: Uint8Array, length: number): [Uint8Array, Uint8Array] {
  const mask = prefixMask(length, address.length);
  return [
    address.map((octet, i) => octet & (mask[i] ?? 0)),
    address.map((octet, i) => octet | (~(mask[i] ?? 0) & 0xff)),
  ];
}
