import type { UdpEndpoint } from '../base/address.ts';

/** What goes over a simulated link: a UDP datagram, or an ESP packet right behind an IP header (then the ports are 0). */
export interface Packet {
  readonly protocol: 'udp' | 'esp';
  readonly source: UdpEndpoint;
  readonly destination: UdpEndpoint;
  readonly bytes: Uint8Array;
}

/** Where a link ends: a host, one side of a NAT box, one interface of a router. */
export interface Attachment {
  readonly name: string;
  /** Called once, when a link is plugged in. */
  plug(transmit: (packet: Packet) => void): void;
  receive(packet: Packet): void;
}
