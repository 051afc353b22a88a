import { type IpAddress, ipAddress, ipBytes, isIpv6 } from '../../base/address.ts';
import { ByteReader, ByteWriter, u32Bytes } from '../../base/bytes.ts';
import { InnerPacket } from './inner-packet.ts';
import { internetChecksum } from '../../base/internet-checksum.ts';

const ICMP = { protocol: 1, request: 8, reply: 0 } as const;
const ICMPV6 = { protocol: 58, request: 128, reply: 129 } as const;
const IPV6_HEADER = 40;
const ECHO_HEADER = 8;
const HOPS = 64;

/** Echo and Echo Reply, RFC 792 and RFC 4443 §4, with the addresses of the IP packet round it. */
export interface IcmpEcho {
  readonly kind: 'request' | 'reply';
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly identifier: number;
  readonly sequence: number;
  readonly data: Uint8Array;
}

/** A whole IP packet; both addresses of one family. */
export function writeEcho(echo: IcmpEcho): Uint8Array {
  const { protocol, request, reply } = isIpv6(echo.destination) ? ICMPV6 : ICMP;
  const message = new ByteWriter()
    .u8(echo.kind === 'request' ? request : reply)
    .u8(0)
    .u16(0)
    .u16(echo.identifier)
    .u16(echo.sequence)
    .bytes(echo.data)
    .finish();
  const pseudo = protocol === ICMPV6.protocol ? pseudoHeaderSum(echo, message.length) : 0;
  putChecksum(message, 2, internetChecksum(message, 0, message.length, pseudo));
  return protocol === ICMPV6.protocol ? ipv6Packet(echo, message) : ipv4Packet(echo, message);
}

/** The echo in an IP packet, or undefined where the packet is something else or damaged. */
export function readEcho(bytes: Uint8Array): IcmpEcho | undefined {
  const packet = new InnerPacket();
  if (!packet.read(bytes, 0, bytes.length)) return undefined;
  const addresses = addressesOf(packet, bytes);
  const from = packet.version === 6 ? IPV6_HEADER : ((bytes[0] ?? 0) & 0xf) * 4;
  const message = bytes.subarray(from, packet.length);
  const kind = kindOf(packet, message);
  const pseudo = packet.version === 6 ? pseudoHeaderSum(addresses, message.length) : 0;
  if (kind === undefined || internetChecksum(message, 0, message.length, pseudo) !== 0) return undefined;
  const fields = new ByteReader(message);
  fields.u32('Type, Code, Checksum');
  return {
    kind,
    ...addresses,
    identifier: fields.u16('Identifier'),
    sequence: fields.u16('Sequence Number'),
    data: fields.rest().slice(),
  };
}

function kindOf(packet: InnerPacket, message: Uint8Array): IcmpEcho['kind'] | undefined {
  const { protocol, request, reply } = packet.version === 6 ? ICMPV6 : ICMP;
  if (packet.protocol !== protocol || message.length < ECHO_HEADER) return undefined;
  if (message[0] === request) return 'request';
  return message[0] === reply ? 'reply' : undefined;
}

function addressesOf(packet: InnerPacket, bytes: Uint8Array): Pick<IcmpEcho, 'source' | 'destination'> {
  const width = packet.version === 6 ? 16 : 4;
  return {
    source: ipAddress(bytes.subarray(packet.sourceAt, packet.sourceAt + width)),
    destination: ipAddress(bytes.subarray(packet.destinationAt, packet.destinationAt + width)),
  };
}

function ipv4Packet(echo: IcmpEcho, message: Uint8Array): Uint8Array {
  const packet = new ByteWriter()
    .u16(0x4500)
    .u16(20 + message.length)
    .u32(0)
    .u8(HOPS)
    .u8(ICMP.protocol)
    .u16(0)
    .bytes(ipBytes(echo.source))
    .bytes(ipBytes(echo.destination))
    .bytes(message)
    .finish();
  putChecksum(packet, 10, internetChecksum(packet, 0, 20));
  return packet;
}

function ipv6Packet(echo: IcmpEcho, message: Uint8Array): Uint8Array {
  return new ByteWriter()
    .u32(0x6000_0000)
    .u16(message.length)
    .u8(ICMPV6.protocol)
    .u8(HOPS)
    .bytes(ipBytes(echo.source))
    .bytes(ipBytes(echo.destination))
    .bytes(message)
    .finish();
}

/** RFC 8200 §8.1. */
function pseudoHeaderSum({ source, destination }: Pick<IcmpEcho, 'source' | 'destination'>, length: number): number {
  const header = new ByteWriter()
    .bytes(ipBytes(source))
    .bytes(ipBytes(destination))
    .bytes(u32Bytes(length))
    .u32(ICMPV6.protocol);
  return ~internetChecksum(header.finish(), 0, header.length) & 0xffff;
}

function putChecksum(bytes: Uint8Array, at: number, sum: number): void {
  bytes[at] = sum >>> 8;
  bytes[at + 1] = sum;
}
