import { type IpAddress, ipAddress, ipBytes, isIpv6, type UdpEndpoint } from '../base/address.ts';

export const AF_INET = 2;
export const AF_INET6 = 10;
/** Octets of the longest socket address that is used here, sockaddr_in6. */
export const SOCKADDR_BYTES = 28;

export const familyOf = (address: IpAddress): number => (isIpv6(address) ? AF_INET6 : AF_INET);

/** Writes a sockaddr_in or sockaddr_in6 and returns its length. The family is in the machine's order, which is little here. */
export function writeSockaddr(view: DataView, at: number, { address, port }: UdpEndpoint): number {
  const bytes = ipBytes(address);
  const length = bytes.length === 4 ? 16 : SOCKADDR_BYTES;
  const out = new Uint8Array(view.buffer, view.byteOffset + at, length).fill(0);
  view.setUint16(at, familyOf(address), true);
  view.setUint16(at + 2, port);
  out.set(bytes, bytes.length === 4 ? 4 : 8);
  return length;
}

export function readSockaddr(view: DataView, at: number): UdpEndpoint {
  const ipv6 = view.getUint16(at, true) === AF_INET6;
  const from = view.byteOffset + at + (ipv6 ? 8 : 4);
  return { address: ipAddress(new Uint8Array(view.buffer, from, ipv6 ? 16 : 4)), port: view.getUint16(at + 2) };
}
