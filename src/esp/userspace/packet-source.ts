import { ipBytes, type UdpEndpoint } from '../../base/address.ts';

/** Where a packet in UDP came from: a number to compare for each packet, and the endpoint for when it is another. */
export interface PacketSource {
  /** As `endpointKey` of the sender. */
  readonly key: number;
  endpoint(): UdpEndpoint;
}

/** Different for any two IPv4 endpoints; two of IPv6 that share one differ in their interface identifiers at most by accident. */
export function endpointKey({ address, port }: UdpEndpoint): number {
  const bytes = ipBytes(address);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return addressKey(view, 0, bytes.length) * 0x1_0000 + port;
}

/** The first part of it, from an address in memory. */
export function addressKey(view: DataView, at: number, length: number): number {
  let key = 0;
  for (let i = 0; i < length; i += 4) key ^= view.getUint32(at + i);
  return key >>> 0;
}
