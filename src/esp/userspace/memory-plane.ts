import type { IpAddress, UdpEndpoint } from '../../base/address.ts';
import { IkeError } from '../../base/errors.ts';
import type { Instant } from '../../base/instant.ts';
import type { Random } from '../../base/random.ts';
import type { EspEvent, EspHost, GuardedTraffic } from '../backend.ts';
import type { EspCounters, EspSa, SaEnds } from '../sa.ts';
import type { DataPlane } from './data-plane.ts';
import { DropCounters } from './drop-counters.ts';
import { EspEngine } from './engine.ts';
import { MemoryHost, type Ping } from './memory-host.ts';
import { nodeTransforms } from './node-transforms.ts';
import { HEADROOM, type PacketMemory, TAILROOM } from './packet.ts';
import { endpointKey } from './packet-source.ts';
import type { Range } from './sa-state.ts';

/** An IP packet is no longer than this, RFC 791 §3.1. */
const LONGEST = 65_535;

export interface MemoryPlaneOptions {
  /** The one inner address that lives here. */
  readonly address: IpAddress;
  /** The clock that lifetimes go by. */
  readonly now: () => Instant;
  readonly random: Random;
  /** Carries an ESP packet that is not in UDP; without it, SAs without encapsulation are refused. */
  readonly sendPlain?: (packet: Uint8Array, local: IpAddress, remote: IpAddress) => void;
}

interface Worked<T> {
  readonly result: T;
  readonly packet: Uint8Array;
}

/**
 * The data plane without a device: an inner host in memory, ESP through the gateway's own socket. Needs no rights and no native
 * code; for demonstrations, simulations and tests.
 */
export class MemoryPlane implements DataPlane {
  readonly device = 'memory';
  readonly drops = new DropCounters();
  readonly #options: MemoryPlaneOptions;
  readonly #engine: EspEngine;
  readonly #host: MemoryHost;
  readonly #memory: PacketMemory = nodeTransforms.memory(HEADROOM + LONGEST + TAILROOM);
  readonly #events: EspEvent[] = [];
  #gateway: EspHost | undefined;

  constructor(options: MemoryPlaneOptions) {
    this.#options = options;
    const emit = (event: EspEvent): unknown => this.#events.push(event);
    const { random } = options;
    this.#engine = new EspEngine({ transforms: nodeTransforms, random, drops: this.drops, emit }, options.now());
    this.#host = new MemoryHost(options.address, (packet) => this.#outbound(packet));
  }

  async start(host: EspHost): Promise<void> {
    this.#gateway = host;
  }
  /** Sends echo requests from the inner address. */
  ping(destination: IpAddress, count?: number): Ping {
    return this.#host.ping(destination, count);
  }
  async guard(traffic: GuardedTraffic): Promise<void> {
    this.#engine.guard(traffic);
  }
  async unguard(connection: string, tunnel: string): Promise<void> {
    this.#engine.unguard(connection, tunnel);
  }
  async installInbound(sa: EspSa): Promise<void> {
    this.#engine.tick(this.#options.now());
    this.#engine.installInbound(sa);
    this.#flush();
  }
  async installOutbound(sa: EspSa): Promise<void> {
    if (sa.encapsulation === 'none' && this.#options.sendPlain === undefined) {
      throw new IkeError('BACKEND_FAILED', { what: 'IP protocol 50 without a device', advice: 'set natt mode: force' });
    }
    this.#engine.tick(this.#options.now());
    this.#engine.installOutbound(sa);
    this.#flush();
  }
  async move(pair: number, ends: SaEnds): Promise<void> {
    this.#engine.move(pair, ends);
  }
  async remove(pair: number, direction: 'inbound' | 'outbound'): Promise<void> {
    this.#engine.remove(pair, direction);
  }
  async counters(pair: number): Promise<{ readonly inbound?: EspCounters; readonly outbound?: EspCounters }> {
    this.#engine.tick(this.#options.now());
    this.#flush();
    return this.#engine.counters(pair);
  }

  deliver(packet: Uint8Array, _local: UdpEndpoint, remote: UdpEndpoint): void {
    const source = { key: endpointKey(remote), endpoint: () => remote };
    const opened = this.#work(packet, 0, (length) => this.#engine.inbound(this.#memory, 0, length, 0, source));
    if (opened !== undefined) this.#host.receive(opened.packet);
  }

  async close(): Promise<void> {
    this.#engine.close();
    this.#gateway = undefined;
  }

  #outbound(packet: Uint8Array): void {
    const sealed = this.#work(packet, HEADROOM, (length) => this.#engine.outbound(this.#memory, HEADROOM, length));
    if (sealed === undefined) return;
    const { encapsulation, local, remote } = sealed.result.sa;
    if (encapsulation === 'udp') this.#gateway?.sendEncapsulated(sealed.packet, local, remote);
    else this.#options.sendPlain?.(sealed.packet, local.address, remote.address);
  }

  /** One packet through the engine; what comes out is copied before any event lets somebody else use the memory. */
  #work<T extends Range>(packet: Uint8Array, at: number, step: (length: number) => T | string): Worked<T> | undefined {
    this.#engine.tick(this.#options.now());
    let worked: Worked<T> | undefined;
    if (packet.length > LONGEST) this.#engine.drop('too-big');
    else {
      this.#memory.bytes.set(packet, at);
      const result = step(packet.length);
      if (typeof result !== 'string') {
        worked = { result, packet: this.#memory.bytes.slice(result.at, result.at + result.length) };
      }
    }
    this.#engine.tick(this.#options.now());
    this.#flush();
    return worked;
  }

  #flush(): void {
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift())
      this.#gateway?.emit(event);
  }
}
