import { hex32 } from '../../base/bytes.ts';
import { endpointText, type UdpEndpoint } from '../../base/address.ts';
import { captureTime } from './time.ts';

/** A packet that is no message. */
export interface Other {
  readonly kind: 'esp' | 'keepalive' | 'garbage';
  readonly frame: number;
  readonly time: number;
  readonly source: UdpEndpoint;
  readonly destination: UdpEndpoint;
  readonly octets: number;
  /** Of ESP, RFC 4303 §2. */
  readonly spi?: number;
  readonly sequence?: number;
}

interface Run {
  readonly first: Other;
  last: Other;
  count: number;
}

/** What goes by between two messages, a line for each flow: a capture may hold a million packets of ESP. */
export class Traffic {
  readonly #runs = new Map<string, Run>();
  readonly #counts = { esp: 0, keepalive: 0, garbage: 0 };

  add(packet: Other): void {
    this.#counts[packet.kind]++;
    const flow = [packet.kind, endpointText(packet.source), endpointText(packet.destination), packet.spi].join(' ');
    const run = this.#runs.get(flow);
    if (run === undefined) this.#runs.set(flow, { first: packet, last: packet, count: 1 });
    else {
      run.last = packet;
      run.count++;
    }
  }

  /** The lines of what went by since the last call. */
  lines(): readonly string[] {
    const lines = [...this.#runs.values()].map(({ first, last, count }) => {
      const head = packetHead(first);
      const until = count === 1 ? '' : `, until #${last.frame}`;
      return `${head} ${TEXTS[first.kind](first, last, count)}${until}`;
    });
    this.#runs.clear();
    return lines;
  }

  /** `7 ESP packets, 2 NAT keepalives`, without those of which there are none. */
  summary(): readonly string[] {
    const { esp, keepalive, garbage } = this.#counts;
    const parts = [
      ...(esp === 0 ? [] : [counted(esp, 'ESP packet')]),
      ...(keepalive === 0 ? [] : [counted(keepalive, 'NAT keepalive')]),
      ...(garbage === 0 ? [] : [`${garbage} neither IKE nor ESP`]),
    ];
    return parts;
  }
}

/** `#7 TIME 192.0.2.1:500 -> 192.0.2.2:500`; a port of 0 is none. */
export function packetHead({
  frame,
  time,
  source,
  destination,
}: Pick<Other, 'frame' | 'time' | 'source' | 'destination'>): string {
  return `#${frame} ${captureTime(time)} ${place(source)} -> ${place(destination)}`;
}

const place = (end: UdpEndpoint): string => (end.port === 0 ? end.address : endpointText(end));

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const TEXTS: Readonly<Record<Other['kind'], (first: Other, last: Other, count: number) => string>> = {
  esp(first, last, count) {
    const spi = hex32(first.spi ?? 0);
    if (count === 1) return `ESP SPI ${spi} sequence ${first.sequence ?? 0} ${first.octets} octets`;
    return `ESP SPI ${spi} sequence ${first.sequence ?? 0} to ${last.sequence ?? 0}, ${count} packets`;
  },
  keepalive: (_first, _last, count) => (count === 1 ? 'NAT keepalive' : `${count} NAT keepalives`),
  garbage: (first, _last, count) =>
    count === 1 ? `neither IKE nor ESP, ${first.octets} octets` : `neither IKE nor ESP, ${count} datagrams`,
};
