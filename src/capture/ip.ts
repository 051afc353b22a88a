import { u16At } from '../base/bytes.ts';
/** An IP packet as it was captured: what is behind its headers, and where that belongs if it is a fragment. */
export interface IpPacket {
  /** 4 or 16 octets. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** Of the payload: 17 is UDP, 50 ESP. For a fragment that is not the first one, of the fragmentable part. */
  readonly protocol: number;
  /** A view, and shorter than `length` where the capture cut it. */
  readonly payload: Uint8Array;
  /** Octets of the payload by the packet's own headers. */
  readonly length: number;
  readonly fragment?: {
    readonly identification: number;
    /** In octets. */
    readonly offset: number;
    readonly more: boolean;
  };
}

/** Undefined where there is no whole IP header. */
export function readIp(packet: Uint8Array): IpPacket | undefined {
  const version = (packet[0] ?? 0) >>> 4;
  if (version === 4) return readIpv4(packet);
  return version === 6 ? readIpv6(packet) : undefined;
}

/** RFC 791 §3.1. */
function readIpv4(packet: Uint8Array): IpPacket | undefined {
  const header = ((packet[0] ?? 0) & 0x0f) * 4;
  if (header < 20 || packet.length < header) return undefined;
  // A total length of 0 is what segmentation offload leaves in packets captured on their way out.
  const total = u16At(packet, 2) || packet.length;
  const offset = (u16At(packet, 6) & 0x1fff) * 8;
  const more = (u16At(packet, 6) & 0x2000) !== 0;
  return {
    source: packet.subarray(12, 16),
    destination: packet.subarray(16, 20),
    protocol: packet[9] ?? 0,
    payload: packet.subarray(header, total),
    length: Math.max(0, total - header),
    ...(more || offset !== 0 ? { fragment: { identification: u16At(packet, 4), offset, more } } : {}),
  };
}

/** Hop-by-hop, routing and destination options: a header of 8 octets and more that names the next (RFC 8200 §4.3, §4.4, §4.6). */
const EXTENSIONS: readonly number[] = [0, 43, 60];
const FRAGMENT = 44;

/** RFC 8200 §3 and §4. */
function readIpv6(packet: Uint8Array): IpPacket | undefined {
  if (packet.length < 40) return undefined;
  const end = 40 + u16At(packet, 4);
  const { protocol, at } = behindExtensions(packet[6] ?? 0, packet, 40);
  const ends = { source: packet.subarray(8, 24), destination: packet.subarray(24, 40) };
  const payload = packet.subarray(at, end);
  if (protocol !== FRAGMENT) return { ...ends, protocol, payload, length: end - at };
  if (payload.length < 8) return undefined;
  // RFC 8200 §4.5: next header, reserved, offset in units of 8 octets with the M flag, identification.
  const word = u16At(payload, 2);
  const fragment = {
    identification: u16At(payload, 4) * 65_536 + u16At(payload, 6),
    offset: word & 0xfff8,
    more: (word & 1) !== 0,
  };
  const rest = { ...ends, protocol: payload[0] ?? 0, payload: payload.subarray(8), length: end - at - 8 };
  // RFC 6946 §3: with neither offset nor more it is a whole packet that only looks like a fragment.
  return fragment.more || fragment.offset !== 0 ? { ...rest, fragment } : upperLayer(rest);
}

/** Passes over the extension headers that stand in front of a whole payload: in IPv6 some may be behind the fragment header. */
export function upperLayer(packet: IpPacket): IpPacket {
  if (packet.source.length === 4) return packet;
  const { protocol, at } = behindExtensions(packet.protocol, packet.payload, 0);
  return { ...packet, protocol, payload: packet.payload.subarray(at), length: packet.length - at };
}

function behindExtensions(first: number, bytes: Uint8Array, from: number): { protocol: number; at: number } {
  let protocol = first;
  let at = from;
  while (at + 8 <= bytes.length && EXTENSIONS.includes(protocol)) {
    protocol = bytes[at] ?? 0;
    at += ((bytes[at + 1] ?? 0) + 1) * 8;
  }
  return { protocol, at: Math.min(at, bytes.length) };
}
