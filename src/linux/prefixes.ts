import { ipAddress, ipBytes } from '../base/address.ts';
import type { TrafficSelector } from '../base/selector.ts';
import type { Prefix } from './rtnetlink.ts';

/** The fewest networks in CIDR form that are together exactly a range of addresses, because routes know no ranges. */
export function rangePrefixes({ first, last }: Pick<TrafficSelector, 'first' | 'last'>): Prefix[] {
  const bits = ipBytes(first).length * 8;
  const end = toNumber(ipBytes(last));
  const prefixes: Prefix[] = [];
  for (let at = toNumber(ipBytes(first)); at <= end;) {
    let size = 0;
    // As wide as the start is aligned to, and as the rest has room for.
    while (size < bits && (at >> BigInt(size)) % 2n === 0n && at + (2n << BigInt(size)) - 1n <= end) size++;
    prefixes.push({ address: ipAddress(toBytes(at, bits / 8)), length: bits - size });
    at += 1n << BigInt(size);
  }
  return prefixes;
}

function toNumber(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
}

function toBytes(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * (length - 1 - i))) & 0xffn));
}
