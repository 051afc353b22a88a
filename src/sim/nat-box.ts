import { type IpAddress, type UdpEndpoint, endpointText } from '../base/address.ts';
import { after, type Duration, type Instant, seconds } from '../base/instant.ts';
import type { Attachment, Packet } from './packet.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface NatBoxOptions {
  readonly name: string;
  /** The one address that everybody behind it has outside. */
  readonly outside: IpAddress;
  /**
   * Whether one inner endpoint has one outer port for everybody it speaks with, or one for each of them (RFC 4787 §4.1: endpoint-independent
   * mapping, and address and port-dependent mapping). Default `endpoint-independent`.
   */
  readonly mapping?: 'endpoint-independent' | 'endpoint-dependent';
  /** How long a mapping lives after the last packet from inside. Default 30 s: short, so that keepalives matter (RFC 4787 §4.3 asks for 2 min). */
  readonly timeout?: Duration;
}

interface Mapping {
  readonly key: string;
  readonly inner: UdpEndpoint;
  readonly outerPort: number;
  /** Whom the inner endpoint has sent to, and until when they may answer (RFC 4787 §5: address and port-dependent filtering). */
  readonly peers: Map<string, Instant>;
  expires: Instant;
}

const FIRST_PORT = 20_000;

/** A NAT that masquerades UDP with port-restricted filtering. ESP as an IP protocol has no ports, so it does not get through. */
export class NatBox {
  readonly name: string;
  readonly inside: Attachment;
  readonly outside: Attachment;
  /** What did not get through. */
  readonly drops = { unmapped: 0, filtered: 0, protocol: 0 };
  readonly #clock: VirtualClock;
  readonly #options: Required<NatBoxOptions>;
  readonly #byKey = new Map<string, Mapping>();
  readonly #byPort = new Map<number, Mapping>();
  #nextPort = FIRST_PORT;
  #outside: IpAddress;
  #toInside: (packet: Packet) => void = () => undefined;
  #toOutside: (packet: Packet) => void = () => undefined;

  /** @internal */
  constructor(clock: VirtualClock, options: NatBoxOptions) {
    this.#clock = clock;
    this.#options = { mapping: 'endpoint-independent', timeout: seconds(30), ...options };
    this.name = options.name;
    this.#outside = options.outside;
    this.inside = {
      name: `${this.name}/inside`,
      plug: (transmit) => (this.#toInside = transmit),
      receive: (packet) => this.#outbound(packet),
    };
    this.outside = {
      name: `${this.name}/outside`,
      plug: (transmit) => (this.#toOutside = transmit),
      receive: (packet) => this.#inbound(packet),
    };
  }

  /** How many mappings stand. */
  get mappings(): number {
    return [...this.#byPort.values()].filter(({ expires }) => expires > this.#clock.now).length;
  }
  /** Loses all mappings; the next packet of each flow gets a port that was never used before, at `outside` where it has another address now. */
  reboot(outside: IpAddress = this.#outside): void {
    this.#outside = outside;
    this.#byKey.clear();
    this.#byPort.clear();
  }

  #outbound(packet: Packet): void {
    if (packet.protocol !== 'udp') {
      this.drops.protocol++;
      return;
    }
    const mapping = this.#mappingFor(packet);
    mapping.expires = after(this.#clock.now, this.#options.timeout);
    mapping.peers.set(endpointText(packet.destination), mapping.expires);
    this.#toOutside({ ...packet, source: { address: this.#outside, port: mapping.outerPort } });
  }

  #inbound(packet: Packet): void {
    if (packet.protocol !== 'udp') {
      this.drops.protocol++;
      return;
    }
    const { now } = this.#clock;
    const mapping = this.#byPort.get(packet.destination.port);
    if (mapping === undefined || mapping.expires <= now) {
      this.drops.unmapped++;
      return;
    }
    if ((mapping.peers.get(endpointText(packet.source)) ?? now) <= now) {
      this.drops.filtered++;
      return;
    }
    this.#toInside({ ...packet, destination: mapping.inner });
  }

  #mappingFor({ source, destination }: Packet): Mapping {
    const dependent = this.#options.mapping === 'endpoint-dependent';
    const key = dependent ? `${endpointText(source)} ${endpointText(destination)}` : endpointText(source);
    const known = this.#byKey.get(key);
    if (known !== undefined && known.expires > this.#clock.now) return known;
    if (known !== undefined) this.#byPort.delete(known.outerPort);
    const mapping = { key, inner: source, outerPort: this.#nextPort++, peers: new Map(), expires: this.#clock.now };
    this.#byKey.set(key, mapping);
    this.#byPort.set(mapping.outerPort, mapping);
    return mapping;
  }
}
