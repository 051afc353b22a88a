import type { UdpEndpoint } from '../../base/address.ts';
import { type CapturedDatagram, type CapturedPacket, udpOf } from '../../capture/udp.ts';
import { classifyOnIkePort, classifyOnNattPort } from '../../natt/demultiplex.ts';
import type { Other } from './traffic.ts';

export interface Ports {
  readonly ike: number;
  readonly natt: number;
}

/** A packet of a capture, sorted out; undefined where it has nothing to do with IPsec. */
export type Sorted =
  | { readonly kind: 'message'; readonly datagram: CapturedDatagram; readonly message: Uint8Array }
  | Other
  | undefined;

const ESP = 50;
/** RFC 4303 §2: SPI and Sequence Number. */
const ESP_HEADER_BYTES = 8;

/** By protocol, ports and the marker of RFC 3948 §2.2. */
export function sortOut(packet: CapturedPacket, ports: Ports): Sorted {
  if (packet.protocol === ESP) return bareEsp(packet);
  const datagram = udpOf(packet);
  if (datagram === undefined) return undefined;
  const { frame, time, source, destination, payload } = datagram;
  const isOn = (port: number): boolean => source.port === port || destination.port === port;
  if (!isOn(ports.ike) && !isOn(ports.natt)) return undefined;
  const arrival = isOn(ports.natt) ? classifyOnNattPort(payload) : classifyOnIkePort(payload);
  const about = { frame, time, source, destination, octets: payload.length };
  switch (arrival.kind) {
    case 'ike':
      return { kind: 'message', datagram, message: arrival.message };
    case 'esp':
      return { kind: 'esp', ...about, ...espHeader(arrival.packet) };
    case 'keepalive':
    case 'garbage':
      return { kind: arrival.kind, ...about };
  }
}

function bareEsp({ frame, time, source, destination, payload }: CapturedPacket): Sorted {
  if (payload.length < ESP_HEADER_BYTES) return undefined;
  const bare = (address: UdpEndpoint['address']): UdpEndpoint => ({ address, port: 0 });
  const ends = { source: bare(source), destination: bare(destination) };
  return { kind: 'esp', frame, time, ...ends, octets: payload.length, ...espHeader(payload) };
}

function espHeader(packet: Uint8Array): { spi: number; sequence: number } {
  const view = new DataView(packet.buffer, packet.byteOffset, ESP_HEADER_BYTES);
  return { spi: view.getUint32(0), sequence: view.getUint32(4) };
}
