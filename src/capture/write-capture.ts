import { ipBytes, isIpv6, type UdpEndpoint } from '../base/address.ts';
import { ByteWriter, concat } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import { internetChecksum } from '../base/internet-checksum.ts';

/** A packet for a capture file. */
export interface PacketToWrite {
  /** Unix time in milliseconds, with a fraction. */
  readonly time: number;
  /** `esp`: right behind the IP header; the ports are not used. */
  readonly protocol: 'udp' | 'esp';
  readonly source: UdpEndpoint;
  readonly destination: UdpEndpoint;
  /** What is behind the UDP or the IP header. */
  readonly bytes: Uint8Array;
}

/** LINKTYPE_RAW: each packet begins with its IP header. */
const RAW_IP = 101;
const NUMBERS = { udp: 17, esp: 50 } as const;
const MAX_LENGTH = 65_535;

/**
 * The packets as a pcap file that Wireshark and tcpdump read: IP without a link layer, with checksums, microseconds.
 *
 * Throws INVALID_ARGUMENT for a packet whose ends are of two IP versions, or that is longer than IP carries.
 */
export function writeCapture(packets: readonly PacketToWrite[]): Uint8Array {
  const w = new ByteWriter().u32(0xa1b2c3d4).u16(2).u16(4).u32(0).u32(0).u32(MAX_LENGTH).u32(RAW_IP);
  for (const [i, packet] of packets.entries()) {
    const bytes = ipPacket(packet, i & 0xffff);
    const microseconds = Math.round(packet.time * 1000);
    w.u32(Math.floor(microseconds / 1e6)).u32(microseconds % 1e6);
    w.u32(bytes.length).u32(bytes.length).bytes(bytes);
  }
  return w.finish();
}

/** `identification` is IPv4's alone. */
function ipPacket({ protocol, source, destination, bytes }: PacketToWrite, identification: number): Uint8Array {
  const [from, to] = [ipBytes(source.address), ipBytes(destination.address)];
  const payload = protocol === 'udp' ? udpDatagram(source, destination, bytes) : bytes;
  const header = from.length === 16 ? 40 : 20;
  if (from.length !== to.length || header + payload.length > MAX_LENGTH)
    throw new IkeError('INVALID_ARGUMENT', { what: 'packet', octets: payload.length });
  const number = NUMBERS[protocol];
  // RFC 8200 §3.
  if (isIpv6(source.address))
    return concat(new ByteWriter().u32(0x6000_0000).u16(payload.length).u8(number).u8(64).finish(), from, to, payload);
  // RFC 791 §3.1: version and length, TOS, total length, identification, flags and offset, TTL, protocol, checksum.
  const fixed = new ByteWriter()
    .u16(0x4500)
    .u16(header + payload.length)
    .u16(identification)
    .u16(0)
    .u8(64)
    .u8(number);
  const sum = internetChecksum(concat(fixed.finish(), from, to), 0, header - 2);
  return concat(fixed.u16(sum).finish(), from, to, payload);
}

/** RFC 768, with the pseudo header of RFC 8200 §8.1 for IPv6. */
function udpDatagram(source: UdpEndpoint, destination: UdpEndpoint, payload: Uint8Array): Uint8Array {
  const length = 8 + payload.length;
  const header = new ByteWriter().u16(source.port).u16(destination.port).u16(length);
  const ends = concat(ipBytes(source.address), ipBytes(destination.address));
  const summed = concat(ends, new ByteWriter().u16(NUMBERS.udp).u16(length).finish(), header.finish(), payload);
  // A sum of zero is sent as its complement: zero means that there is none.
  return concat(header.u16(internetChecksum(summed, 0, summed.length) || 0xffff).finish(), payload);
}
