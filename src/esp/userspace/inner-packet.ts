import { u16At } from '../../base/bytes.ts';
/** Where an address begins in the fixed header, and how long it is. */
const LAYOUT = { 4: { source: 12, destination: 16 }, 6: { source: 8, destination: 24 } } as const;
const IPV6_HEADER = 40;
/** IPv6 extension headers that may stand before the upper layer, RFC 8200 §4.1. */
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const DESTINATION_OPTIONS = 60;
/** Ours: longer chains serve no one but attackers. */
const MOST_EXTENSIONS = 8;
/** Protocols whose first four octets are the ports: TCP, UDP, DCCP, SCTP, UDP-Lite. */
const PORTED: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

/** A port that the packet does not show: the protocol has none, or it is a later fragment. */
export const NO_PORT = -1;

/**
 * What selectors and encapsulation need to know of an IP packet (RFC 4301 §4.4.1.1). One object is read again for each packet, so that
 * the data path leaves no garbage; offsets count from the start of the memory.
 */
export class InnerPacket {
  version: 4 | 6 = 4;
  /** Octets by the packet's own length field. */
  length = 0;
  protocol = 0;
  /** Octets of the fixed IP header with IPv4's options, and the number of what follows it. */
  headerBytes = 0;
  nextHeader = 0;
  isFragment = false;
  sourceAt = 0;
  destinationAt = 0;
  sourcePort = NO_PORT;
  destinationPort = NO_PORT;
  /** Differentiated services and ECN, as in IPv4's second octet. */
  trafficClass = 0;

  /** Reads the packet in `at`..`at + available`; false where there is none, or less of it than it says. */
  read(bytes: Uint8Array, at: number, available: number): boolean {
    const version = (bytes[at] ?? 0) >>> 4;
    if (version === 4) return this.#readIpv4(bytes, at, available);
    if (version === 6) return this.#readIpv6(bytes, at, available);
    return false;
  }

  #readIpv4(bytes: Uint8Array, at: number, available: number): boolean {
    if (available < 20) return false;
    const header = ((bytes[at] ?? 0) & 0xf) * 4;
    this.length = u16At(bytes, at + 2);
    if (header < 20 || this.length < header || this.length > available) return false;
    this.#place(4, at);
    this.trafficClass = bytes[at + 1] ?? 0;
    this.protocol = bytes[at + 9] ?? 0;
    this.headerBytes = header;
    this.nextHeader = this.protocol;
    this.isFragment = (u16At(bytes, at + 6) & 0x3fff) !== 0;
    const later = (u16At(bytes, at + 6) & 0x1fff) !== 0;
    this.#readPorts(bytes, later ? -1 : at + header, at + this.length);
    return true;
  }

  #readIpv6(bytes: Uint8Array, at: number, available: number): boolean {
    if (available < IPV6_HEADER) return false;
    this.length = IPV6_HEADER + u16At(bytes, at + 4);
    if (this.length > available) return false;
    this.#place(6, at);
    this.trafficClass = (u16At(bytes, at) >>> 4) & 0xff;
    this.protocol = bytes[at + 6] ?? 0;
    this.headerBytes = IPV6_HEADER;
    this.nextHeader = this.protocol;
    this.isFragment = false;
    this.#readPorts(bytes, this.#skipExtensions(bytes, at + IPV6_HEADER, at + this.length), at + this.length);
    return true;
  }

  #place(version: 4 | 6, at: number): void {
    this.version = version;
    this.sourceAt = at + LAYOUT[version].source;
    this.destinationAt = at + LAYOUT[version].destination;
  }

  /** Leaves the upper layer's number in `protocol` and returns where it begins, or -1 where its start is not in this packet. */
  #skipExtensions(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    for (let i = 0; i < MOST_EXTENSIONS && isExtension(this.protocol); i++) {
      if (at + 8 > end) return -1;
      const fragment = this.protocol === FRAGMENT;
      this.isFragment ||= fragment;
      this.protocol = bytes[at] ?? 0;
      if (fragment && u16At(bytes, at + 2) >>> 3 !== 0) return -1;
      at += fragment ? 8 : 8 * ((bytes[at + 1] ?? 0) + 1);
    }
    return isExtension(this.protocol) ? -1 : at;
  }

  #readPorts(bytes: Uint8Array, at: number, end: number): void {
    const shown = at >= 0 && at + 4 <= end && PORTED.has(this.protocol);
    this.sourcePort = shown ? u16At(bytes, at) : NO_PORT;
    this.destinationPort = shown ? u16At(bytes, at + 2) : NO_PORT;
  }
}

const isExtension = (protocol: number): boolean =>
  protocol === HOP_BY_HOP || protocol === ROUTING || protocol === FRAGMENT || protocol === DESTINATION_OPTIONS;
