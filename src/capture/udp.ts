import { u16At } from '../base/bytes.ts';
import { type IpAddress, ipAddress, type UdpEndpoint } from '../base/address.ts';
import { readCapture } from './capture-file.ts';
import { readIp } from './ip.ts';
import { networkLayer } from './link-layer.ts';
import { Reassembly } from './reassembly.ts';

/** An IP packet found in a capture, put together where it came in fragments. */
export interface CapturedPacket {
  /** Number of the frame, from 1; of a packet in fragments, the one that made it whole. */
  readonly frame: number;
  /** Unix time in milliseconds, with a fraction. */
  readonly time: number;
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly protocol: number;
  readonly payload: Uint8Array;
  /** False where the capture cut the end off, or a fragment is missing. */
  readonly complete: boolean;
}

/** A UDP datagram found in a capture. */
export interface CapturedDatagram {
  /** Number of the frame, from 1; of a datagram in fragments, the one that made it whole. */
  readonly frame: number;
  /** Unix time in milliseconds, with a fraction. */
  readonly time: number;
  readonly source: UdpEndpoint;
  readonly destination: UdpEndpoint;
  readonly payload: Uint8Array;
  /** False where the capture cut the end off, or a fragment is missing. */
  readonly complete: boolean;
}

export interface CapturedPackets {
  readonly packets: readonly CapturedPacket[];
  /** Frames whose link layer is not read here, by its number in the registry of link types. */
  readonly unknownLinkTypes: ReadonlyMap<number, number>;
  /** Packets that were refused because their fragments overlap or do not fit each other. */
  readonly refusedFragments: number;
}

const IKE_PORTS: readonly number[] = [500, 4500];
const UDP = 17;

/**
 * The UDP datagrams of a capture file that come from or go to one of the ports (500 and 4500 unless told). IPv4 and IPv6, whole or in
 * fragments, in Ethernet with or without VLAN tags and PPPoE, Linux cooked, raw and null link layers. Everything else is passed over.
 *
 * Throws what `readCapture` throws.
 */
export function captured(file: Uint8Array, ports: readonly number[] = IKE_PORTS): readonly CapturedDatagram[] {
  return capturedPackets(file).packets.flatMap((packet) => {
    const datagram = udpOf(packet);
    const wanted =
      datagram !== undefined && (ports.includes(datagram.source.port) || ports.includes(datagram.destination.port));
    return wanted ? [datagram] : [];
  });
}

/** The IP packets of a capture file, in the order of their frames. Throws what `readCapture` throws. */
export function capturedPackets(file: Uint8Array): CapturedPackets {
  const reassembly = new Reassembly();
  const unknownLinkTypes = new Map<number, number>();
  const packets: CapturedPacket[] = [];
  for (const { number: frame, time, linkType, bytes } of readCapture(file)) {
    const linked = networkLayer(linkType, bytes);
    if (linked === 'unknown-link-type') unknownLinkTypes.set(linkType, (unknownLinkTypes.get(linkType) ?? 0) + 1);
    const fragment = typeof linked === 'string' ? undefined : readIp(linked.ip);
    const packet = fragment === undefined ? undefined : reassembly.add(fragment, { frame, time });
    if (packet !== undefined) packets.push(capturedPacket({ frame, time, packet }));
  }
  const unfinished = reassembly.unfinished();
  packets.push(...unfinished.map(capturedPacket));
  if (unfinished.length > 0) packets.sort((a, b) => a.frame - b.frame);
  return { packets, unknownLinkTypes, refusedFragments: reassembly.refused };
}

function capturedPacket({ frame, time, packet }: ReturnType<Reassembly['unfinished']>[number]): CapturedPacket {
  const { source, destination, protocol, payload, length } = packet;
  const ends = { source: ipAddress(source), destination: ipAddress(destination) };
  return { frame, time, ...ends, protocol, payload, complete: payload.length >= length };
}

/** The datagram in a packet, or undefined where there is none. */
export function udpOf(packet: CapturedPacket): CapturedDatagram | undefined {
  const { frame, time, source, destination, protocol, payload } = packet;
  if (protocol !== UDP || payload.length < 8) return undefined;
  const length = u16At(payload, 4);
  if (length < 8) return undefined;
  return {
    ...{ frame, time },
    source: { address: source, port: u16At(payload, 0) },
    destination: { address: destination, port: u16At(payload, 2) },
    payload: payload.subarray(8, length),
    complete: length <= payload.length,
  };
}
