import { ipAddress, type UdpEndpoint } from '../base/address.ts';
import { type CapturedFrame, readCapture } from './capture.ts';

/** A UDP datagram found in a capture. */
export interface CapturedDatagram {
  /** Number of the frame, from 1. */
  readonly frame: number;
  /** Unix time in milliseconds. */
  readonly time: number;
  readonly source: UdpEndpoint;
  readonly destination: UdpEndpoint;
  readonly payload: Uint8Array;
  /** False where the capture or IP fragmentation cut the end off. */
  readonly complete: boolean;
}

const IKE_PORTS: readonly number[] = [500, 4500];

/**
 * The UDP datagrams of a capture file that come from or go to one of the ports (500 and 4500 unless told). IPv4 and IPv6, in Ethernet with
 * or without VLAN tags, Linux cooked, raw and null link layers. Everything else is passed over, as are later fragments: nothing is
 * reassembled.
 *
 * Throws what `readCapture` throws.
 */
export function captured(file: Uint8Array, ports: readonly number[] = IKE_PORTS): readonly CapturedDatagram[] {
  return readCapture(file).flatMap((frame) => {
    const datagram = udpOfFrame(frame);
    const wanted =
      datagram !== undefined && (ports.includes(datagram.source.port) || ports.includes(datagram.destination.port));
    return wanted ? [datagram] : [];
  });
}

/** The datagram in a frame, or undefined where there is none. */
export function udpOfFrame(frame: CapturedFrame): CapturedDatagram | undefined {
  const packet = networkLayer(frame.linkType, frame.bytes);
  const ip = packet === undefined ? undefined : readIp(packet);
  if (ip === undefined || ip.protocol !== UDP || ip.payload.length < 8) return undefined;
  const length = u16(ip.payload, 4);
  if (length < 8) return undefined;
  return {
    frame: frame.number,
    time: frame.time,
    source: { address: ipAddress(ip.source), port: u16(ip.payload, 0) },
    destination: { address: ipAddress(ip.destination), port: u16(ip.payload, 2) },
    payload: ip.payload.subarray(8, length),
    complete: length <= ip.payload.length,
  };
}

const UDP = 17;
const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

const ETHERTYPE = { IPV4: 0x0800, IPV6: 0x86dd } as const;
/** 802.1Q, 802.1ad and the older double tag. */
const VLAN_TAGS: readonly number[] = [0x8100, 0x88a8, 0x9100];

/** The IP packet in a frame. The numbers are those of the registry at tcpdump.org/linktypes. */
function networkLayer(linkType: number, bytes: Uint8Array): Uint8Array | undefined {
  switch (linkType) {
    case 0: // NULL
    case 108: // LOOP: a protocol family of four octets, whose numbers differ by system; the IP version says the same
      return bytes.subarray(4);
    case 1: // ETHERNET
      return etherPayload(bytes, 12);
    case 12: // RAW, as OpenBSD and others number it
    case 101: // RAW
    case 228: // IPV4
    case 229: // IPV6
      return bytes;
    case 113: // LINUX_SLL
      return etherPayload(bytes, 14);
    case 276: // LINUX_SLL2
      return u16(bytes, 0) === ETHERTYPE.IPV4 || u16(bytes, 0) === ETHERTYPE.IPV6 ? bytes.subarray(20) : undefined;
    default:
      return undefined;
  }
}

/** What follows the EtherType at `at`, with VLAN tags passed over. */
function etherPayload(bytes: Uint8Array, at: number): Uint8Array | undefined {
  let from = at;
  while (VLAN_TAGS.includes(u16(bytes, from))) from += 4;
  const type = u16(bytes, from);
  return type === ETHERTYPE.IPV4 || type === ETHERTYPE.IPV6 ? bytes.subarray(from + 2) : undefined;
}

interface IpPacket {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly protocol: number;
  readonly payload: Uint8Array;
}

function readIp(packet: Uint8Array): IpPacket | undefined {
  const version = (packet[0] ?? 0) >>> 4;
  if (version === 4) return readIpv4(packet);
  return version === 6 ? readIpv6(packet) : undefined;
}

function readIpv4(packet: Uint8Array): IpPacket | undefined {
  const header = ((packet[0] ?? 0) & 0x0f) * 4;
  const fragmentOffset = u16(packet, 6) & 0x1fff;
  if (header < 20 || packet.length < header || fragmentOffset !== 0) return undefined;
  // A total length of 0 is what segmentation offload leaves in packets captured on their way out.
  const total = u16(packet, 2) || packet.length;
  return {
    source: packet.subarray(12, 16),
    destination: packet.subarray(16, 20),
    protocol: packet[9] ?? 0,
    payload: packet.subarray(header, total),
  };
}

/** Hop-by-hop, routing and destination options: a header of 8 octets and more that names the next. */
const EXTENSIONS: readonly number[] = [0, 43, 60];
const FRAGMENT = 44;

function readIpv6(packet: Uint8Array): IpPacket | undefined {
  if (packet.length < 40) return undefined;
  const end = 40 + u16(packet, 4);
  let protocol = packet[6] ?? 0;
  let at = 40;
  while (at + 8 <= packet.length && (EXTENSIONS.includes(protocol) || protocol === FRAGMENT)) {
    if (protocol === FRAGMENT && u16(packet, at + 2) >>> 3 !== 0) return undefined;
    const length = protocol === FRAGMENT ? 8 : ((packet[at + 1] ?? 0) + 1) * 8;
    protocol = packet[at] ?? 0;
    at += length;
  }
  return {
    source: packet.subarray(8, 24),
    destination: packet.subarray(24, 40),
    protocol,
    payload: packet.subarray(at, end),
  };
}
