import type { IpAddress, UdpEndpoint } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import type { Instant } from '../base/instant.ts';
import { selectorHas } from '../base/selector.ts';
import { type PairTraffic, trafficOf } from '../dpd/traffic.ts';
import type { EspEvent, GuardedTraffic } from '../esp/backend.ts';
import type { EspSa } from '../esp/sa.ts';
import { SpiPool } from '../esp/spi.ts';
import { DropCounters } from '../esp/userspace/drop-counters.ts';
import { EspEngine, type Sealed } from '../esp/userspace/engine.ts';
import { readEcho, writeEcho } from '../esp/userspace/icmp-echo.ts';
import { nodeTransforms } from '../esp/userspace/node-transforms.ts';
import { HEADROOM, type PacketMemory, TAILROOM } from '../esp/userspace/packet.ts';
import { LONGEST_IP_HEADER } from '../esp/userspace/transport-mode.ts';
import type { Effect, EspNotice, NegotiatedSa } from '../ike/effects.ts';
import { endpointKey } from '../esp/userspace/packet-source.ts';
import type { SeededRandom } from './seeded-random.ts';

/** What a back end needs from the host that it is in. */
export interface MemoryEspHost {
  now(): Instant;
  notice(notice: EspNotice): void;
  send(packet: Uint8Array, sa: Sealed['sa']): void;
  /** A packet left as it is, because there is neither an SA nor a guard for it. */
  clear?(source: IpAddress, destination: IpAddress): void;
}

/** One echo request through a tunnel. */
export interface SimulatedPing {
  /** Whether it left: without an SA it does not. */
  readonly left: boolean;
  answered: boolean;
}

const LONGEST_INNER = 2048;
/** Of our own requests, this many may still be answered. */
const OUTSTANDING = 1024;
const REPLAY_WINDOW = 64;

/**
 * The back end of a simulated host: ESP for real, with the keys that IKE negotiated, and the two inner networks reduced to whoever
 * answers echo requests there. What it is told to install it also keeps, for the invariants and the tests to look at.
 */
export class MemoryEsp {
  readonly drops = new DropCounters();
  readonly #host: MemoryEspHost;
  readonly #engine: EspEngine;
  readonly #spis: SpiPool;
  readonly #reserved = new Set<number>();
  readonly #installed = new Map<string, NegotiatedSa>();
  readonly #guards = new Map<string, GuardedTraffic>();
  readonly #memory: PacketMemory = nodeTransforms.memory(LONGEST_IP_HEADER + HEADROOM + LONGEST_INNER + TAILROOM);
  readonly #events: EspEvent[] = [];
  readonly #pings = new Map<number, SimulatedPing>();
  #identifier = 0;

  constructor(random: SeededRandom, host: MemoryEspHost) {
    this.#host = host;
    this.#spis = new SpiPool(random.fork('spi'));
    const emit = (event: EspEvent): unknown => this.#events.push(event);
    const options = { transforms: nodeTransforms, random: random.fork('iv'), drops: this.drops, emit };
    this.#engine = new EspEngine(options, host.now());
  }

  /** The SAs that stand. */
  get installed(): readonly NegotiatedSa[] {
    return [...this.#installed.values()];
  }
  /** SPIs that were handed out and neither installed nor given back. */
  get reserved(): ReadonlySet<number> {
    return this.#reserved;
  }

  guard(traffic: GuardedTraffic): void {
    this.#guards.set(`${traffic.connection} ${traffic.tunnel}`, traffic);
    this.#engine.guard(traffic);
  }
  unguard(connection: string): void {
    for (const [key, guard] of this.#guards)
      if (guard.connection === connection) {
        this.#guards.delete(key);
        this.#engine.unguard(connection, guard.tunnel);
      }
  }

  allocateSpi(): number {
    const spi = this.#spis.allocate();
    this.#reserved.add(spi);
    return spi;
  }
  releaseSpi(spi: number): void {
    this.#spis.release(spi);
    this.#reserved.delete(spi);
  }
  install(sa: NegotiatedSa): void {
    try {
      if (sa.direction === 'inbound') {
        this.#engine.installInbound(espSa(sa));
        this.#spis.install(sa.spi);
        this.#reserved.delete(sa.spi);
      } else this.#engine.installOutbound(espSa(sa));
      this.#installed.set(`${sa.pair} ${sa.direction}`, sa);
    } catch (error) {
      if (!IkeError.is(error)) throw error;
      this.#host.notice({ type: 'failed', pair: sa.pair, reason: error.message });
    }
  }
  remove(pair: number, direction: 'inbound' | 'outbound'): void {
    const key = `${pair} ${direction}`;
    const sa = this.#installed.get(key);
    if (sa === undefined) return;
    this.#installed.delete(key);
    this.#engine.remove(pair, direction);
    if (direction === 'inbound') this.#spis.release(sa.spi);
  }

  move({ pair, local, remote }: Extract<Effect, { type: 'move-sa' }>): void {
    this.#engine.move(pair, { local, remote });
    for (const [key, sa] of this.#installed) if (sa.pair === pair) this.#installed.set(key, { ...sa, local, remote });
  }

  traffic(pair: number): PairTraffic {
    this.#engine.tick(this.#host.now());
    this.#flush();
    return trafficOf(pair, this.#engine.counters(pair));
  }

  /** An ESP packet, without UDP header, and who sent it in UDP. */
  receive(packet: Uint8Array, from?: UdpEndpoint): void {
    if (LONGEST_IP_HEADER + packet.length > this.#memory.bytes.length) {
      this.#engine.drop('too-big');
      return;
    }
    this.#engine.tick(this.#host.now());
    this.#memory.bytes.set(packet, LONGEST_IP_HEADER);
    const source = from === undefined ? undefined : { key: endpointKey(from), endpoint: () => from };
    const opened = this.#engine.inbound(this.#memory, LONGEST_IP_HEADER, packet.length, 0, source);
    const inner =
      typeof opened === 'string' ? undefined : this.#memory.bytes.slice(opened.at, opened.at + opened.length);
    this.#flush();
    if (inner !== undefined) this.#deliver(inner);
  }

  /** Sends an echo request from one inner address to another. */
  ping(source: IpAddress, destination: IpAddress): SimulatedPing {
    const identifier = (this.#identifier = (this.#identifier + 1) & 0xffff);
    const request = {
      kind: 'request',
      source,
      destination,
      identifier,
      sequence: 1,
      data: new Uint8Array(32),
    } as const;
    const ping = { left: this.#send(writeEcho(request), source, destination), answered: false };
    this.#pings.set(identifier, ping);
    if (this.#pings.size > OUTSTANDING) this.#pings.delete((identifier - OUTSTANDING) & 0xffff);
    return ping;
  }

  #send(inner: Uint8Array, source: IpAddress, destination: IpAddress): boolean {
    this.#engine.tick(this.#host.now());
    this.#memory.bytes.set(inner, HEADROOM);
    const sealed = this.#engine.outbound(this.#memory, HEADROOM, inner.length);
    const packet =
      typeof sealed === 'string' ? undefined : this.#memory.bytes.slice(sealed.at, sealed.at + sealed.length);
    this.#flush();
    if (packet === undefined || typeof sealed === 'string') {
      if (sealed === 'no-sa' && !this.#isGuarded(source, destination)) this.#host.clear?.(source, destination);
      return false;
    }
    this.#host.send(packet, sealed.sa);
    return true;
  }

  #isGuarded(source: IpAddress, destination: IpAddress): boolean {
    return [...this.#guards.values()].some(
      ({ local, remote }) => selectorHas(local, source) && selectorHas(remote, destination),
    );
  }

  #deliver(inner: Uint8Array): void {
    const echo = readEcho(inner);
    if (echo === undefined) return;
    const { source, destination, identifier } = echo;
    if (echo.kind === 'request') {
      this.#send(writeEcho({ ...echo, kind: 'reply', source: destination, destination: source }), destination, source);
      return;
    }
    const ping = this.#pings.get(identifier);
    if (ping !== undefined) ping.answered = true;
  }

  /** Events are told when the packet is done, because whoever hears of them may install or remove SAs. */
  #flush(): void {
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
      if (event.type === 'inbound-used') this.#host.notice({ type: event.type, pair: event.pair });
      else if (event.type === 'expired') this.#host.notice({ type: event.type, pair: event.pair, hard: event.hard });
      else if (event.type === 'moved') this.#host.notice({ type: event.type, pair: event.pair, remote: event.remote });
      else if (event.type === 'acquire') this.#host.notice(event);
    }
  }
}

function espSa(sa: NegotiatedSa): EspSa {
  const { lifetime, ...rest } = sa;
  const limits = lifetime.kilobytes === undefined ? {} : { bytes: lifetime.kilobytes * 1024 };
  return { ...rest, replayWindow: REPLAY_WINDOW, limits };
}
