import { IkeError } from '../../base/errors.ts';
import type { Instant } from '../../base/instant.ts';
import type { Random } from '../../base/random.ts';
import type { EspDropReason, EspEvent, GuardedTraffic } from '../backend.ts';
import type { EspCounters, EspSa, SaEnds, Spi } from '../sa.ts';
import { type DropCounters, DropReporter } from './drop-counters.ts';
import { decapsulatedEcn, writeEcn } from './ecn.ts';
import { InnerPacket } from './inner-packet.ts';
import { ESP_HEADER_BYTES, NEXT_HEADER, type PacketMemory, payloadEnd } from './packet.ts';
import type { PacketSource } from './packet-source.ts';
import { InboundSa, type InstalledSa, OutboundSa, type Range } from './sa-state.ts';
import { SelectorMatch } from './selector-match.ts';
import type { EspTransforms } from './transform.ts';
import { TransportHeader, transportRefusal } from './transport-mode.ts';
import { type TunnelEntry, TunnelTable } from './tunnel-table.ts';

/** At most one `acquire` a tunnel in this time. */
const ACQUIRE_INTERVAL = 1000;
/** At most one `moved` an SA in this time: a side that does not follow is not told for each packet. */
const STRAY_INTERVAL = 1000;
/** How often the lifetimes in time are looked at, which are a backstop behind the engine's own. */
const SCAN_INTERVAL = 1000;

/** A packet ready to leave: where it lies, whose it is, and the traffic class for the outer header (RFC 6040 §4.1, RFC 4301 §5.1.2). */
export interface Sealed extends Range {
  readonly sa: InstalledSa;
  readonly trafficClass: number;
}

export interface EngineOptions {
  readonly transforms: EspTransforms;
  readonly random: Random;
  readonly drops: DropCounters;
  /** Called in the midst of a packet: must not call the engine. */
  readonly emit: (event: EspEvent) => void;
}

interface InboundEntry {
  readonly state: InboundSa;
  /** In transport mode only; of the ends that the SA was installed with, which are its selectors. */
  readonly header: TransportHeader | undefined;
  readonly local: SelectorMatch;
  readonly remote: SelectorMatch;
}

/**
 * ESP as functions of packets, RFC 4303 §3: no socket, no device, no clock. Time comes in by `tick`.
 *
 * Packets are worked on in place in the caller's memory. Whatever a packet is, neither direction throws: it comes out, or it is
 * dropped for a reason that is counted.
 */
export class EspEngine {
  readonly #options: EngineOptions;
  readonly #reporter: DropReporter;
  readonly #inbound = new Map<Spi, InboundEntry>();
  readonly #pairs = new Map<number, { inbound?: InboundSa; outbound?: OutboundSa }>();
  readonly #tunnels = new TunnelTable();
  readonly #packet = new InnerPacket();
  #now: Instant;
  #scannedAt: Instant;

  constructor(options: EngineOptions, now: Instant) {
    this.#options = options;
    this.#reporter = new DropReporter(options.drops);
    this.#now = now;
    this.#scannedAt = now;
  }

  installInbound(sa: EspSa): void {
    const holder = this.#inbound.get(sa.spi);
    if (holder !== undefined) {
      throw new IkeError('BACKEND_FAILED', { what: 'SPI is in use', spi: sa.spi });
    }
    const state = new InboundSa(sa, this.#options.transforms, this.#now);
    this.remove(sa.pair, 'inbound');
    this.#inbound.set(sa.spi, {
      state,
      header: sa.mode === 'transport' ? new TransportHeader(state.sa) : undefined,
      local: new SelectorMatch(sa.localSelector),
      remote: new SelectorMatch(sa.remoteSelector),
    });
    this.#pairs.set(sa.pair, { ...this.#pairs.get(sa.pair), inbound: state });
  }

  /** `lastSequence` is that of an SA whose packets somebody else has sent so far. */
  installOutbound(sa: EspSa, lastSequence = 0): void {
    const state = new OutboundSa(sa, this.#options.transforms, this.#options.random, this.#now, lastSequence);
    this.remove(sa.pair, 'outbound');
    this.#tunnels.add(state);
    this.#pairs.set(sa.pair, { ...this.#pairs.get(sa.pair), outbound: state });
  }

  /** In the direction that the SA names; a refusal becomes an event, because nobody waits for it. */
  install(sa: EspSa): void {
    try {
      if (sa.direction === 'inbound') this.installInbound(sa);
      else this.installOutbound(sa);
    } catch (error) {
      if (!IkeError.is(error)) throw error;
      this.#options.emit({ type: 'refused', pair: sa.pair, reason: error.message });
    }
  }

  move(pair: number, ends: SaEnds): void {
    const { inbound, outbound } = this.#pairs.get(pair) ?? {};
    inbound?.move(ends);
    outbound?.move(ends);
  }

  remove(pair: number, direction: 'inbound' | 'outbound'): void {
    const states = this.#pairs.get(pair);
    const state = states?.[direction];
    if (states === undefined || state === undefined) return;
    if (state instanceof InboundSa) this.#inbound.delete(state.sa.spi);
    else this.#tunnels.remove(state);
    state.close();
    delete states[direction];
    if (states.inbound === undefined && states.outbound === undefined) this.#pairs.delete(pair);
  }

  guard(traffic: GuardedTraffic): void {
    this.#tunnels.guard(traffic);
  }
  unguard(connection: string, tunnel: string): void {
    this.#tunnels.unguard(connection, tunnel);
  }

  counters(pair: number): { readonly inbound?: EspCounters; readonly outbound?: EspCounters } {
    const { inbound, outbound } = this.#pairs.get(pair) ?? {};
    return {
      ...(inbound && { inbound: inbound.usage.counters(this.#now) }),
      ...(outbound && { outbound: outbound.usage.counters(this.#now) }),
    };
  }

  /** The time that lifetimes, acquires and reports go by, from whoever has a clock; reports what is due. */
  tick(now: Instant): void {
    this.#now = now;
    for (const { reason, count } of this.#reporter.due(now)) this.#options.emit({ type: 'dropped', reason, count });
    if (now - this.#scannedAt < SCAN_INTERVAL) return;
    this.#scannedAt = now;
    for (const { inbound, outbound } of this.#pairs.values()) {
      for (const state of [inbound, outbound]) if (state !== undefined) this.#passed(state, state.usage.tick(now));
    }
  }

  /** Protects the IP packet at `at`, which needs HEADROOM before it and TAILROOM behind. */
  outbound(memory: PacketMemory, at: number, length: number): Sealed | EspDropReason {
    const packet = this.#packet;
    if (!packet.read(memory.bytes, at, length)) return this.drop('not-ip');
    const entry = this.#tunnels.find(packet, memory.bytes);
    const state = entry?.outbound[0];
    if (entry === undefined || state === undefined) return this.#withoutSa(entry);
    if (state.exhausted) {
      this.#passed(state, state.usage.exhaust());
      return this.drop('sequence-exhausted');
    }
    if (state.usage.spent) return this.drop('expired');
    const whole = state.sa.mode === 'tunnel';
    const refusal = whole ? undefined : transportRefusal(packet);
    if (refusal !== undefined) return this.drop(refusal);
    const without = whole ? 0 : packet.headerBytes;
    const nextHeader = whole ? (packet.version === 4 ? NEXT_HEADER.IPV4 : NEXT_HEADER.IPV6) : packet.nextHeader;
    const { at: from, length: size } = state.seal(memory, at + without, packet.length - without, nextHeader);
    this.#passed(state, state.usage.carry(packet.length, this.#now));
    return { at: from, length: size, sa: state.sa, trafficClass: packet.trafficClass };
  }

  /**
   * Checks and opens the ESP packet at `at`, which for transport mode needs LONGEST_IP_HEADER before it. `outerEcn` is that of the outer header, where the device can see it, `source` who sent it
   * in UDP, where that is known.
   * A dummy packet (RFC 4303 §2.6) is authentic, counts, and is no packet.
   */
  inbound(
    memory: PacketMemory,
    at: number,
    length: number,
    outerEcn = 0,
    source?: PacketSource,
  ): Range | EspDropReason | 'dummy' {
    if (length < ESP_HEADER_BYTES) return this.drop('truncated');
    const entry = this.#inbound.get(memory.view.getUint32(at));
    if (entry === undefined) return this.drop('unknown-spi');
    const { state } = entry;
    if (state.usage.spent) return this.drop('expired');
    const opened = state.open(memory, at, length);
    if (typeof opened === 'string') return this.drop(opened);
    this.#sawAuthentic(state);
    if (source !== undefined && source.key !== state.source) this.#strayed(state, source);
    const result =
      entry.header === undefined
        ? this.#inner(entry, memory, opened, outerEcn)
        : this.#transported(entry, entry.header, memory, opened, outerEcn);
    this.#passed(state, state.usage.carry(typeof result === 'string' ? 0 : result.length, this.#now));
    return typeof result === 'string' && result !== 'dummy' ? this.drop(result) : result;
  }

  /** Counts a packet that went nowhere, here or in a device. */
  drop(reason: EspDropReason): EspDropReason {
    this.#options.drops.add(reason);
    return reason;
  }

  /** Forgets all keys. */
  close(): void {
    for (const pair of this.#pairs.keys()) {
      this.remove(pair, 'inbound');
      this.remove(pair, 'outbound');
    }
  }

  /** The IP packet of this SA in an authentic plaintext, or what is wrong with it (RFC 4301 §5.2). */
  #inner(
    entry: InboundEntry,
    { bytes }: PacketMemory,
    { at, length }: Range,
    outerEcn: number,
  ): Range | EspDropReason | 'dummy' {
    const end = payloadEnd(bytes, at, at + length);
    if (end < 0) return 'bad-padding';
    const nextHeader = bytes[at + length - 1];
    if (nextHeader === NEXT_HEADER.DUMMY) return 'dummy';
    if (nextHeader !== NEXT_HEADER.IPV4 && nextHeader !== NEXT_HEADER.IPV6) return 'bad-next-header';
    const packet = this.#packet;
    // What follows the packet's own length is padding for traffic flow confidentiality (RFC 4303 §2.7).
    if (!packet.read(bytes, at, end - at)) return 'not-ip';
    if ((packet.version === 4) !== (nextHeader === NEXT_HEADER.IPV4)) return 'not-ip';
    if (!this.#fits(entry, bytes)) return 'selector-mismatch';
    if (this.#tunnels.separates(entry.state.sa.connection, packet, bytes)) return 'between-tunnels';
    return mergeEcn(packet, bytes, at, outerEcn) ? { at, length: packet.length } : 'congestion-marked';
  }

  /** The same in transport mode: the plaintext is what follows the IP header, which is put before it. */
  #transported(
    entry: InboundEntry,
    header: TransportHeader,
    { bytes }: PacketMemory,
    { at, length }: Range,
    outerEcn: number,
  ): Range | EspDropReason | 'dummy' {
    const end = payloadEnd(bytes, at, at + length);
    if (end < 0) return 'bad-padding';
    const nextHeader = bytes[at + length - 1] ?? 0;
    if (nextHeader === NEXT_HEADER.DUMMY) return 'dummy';
    if (!header.write(bytes, at, end - at, nextHeader, outerEcn)) return 'bad-next-header';
    const packet = { at: at - header.bytes, length: end - at + header.bytes };
    if (!this.#packet.read(bytes, packet.at, packet.length)) return 'not-ip';
    return this.#fits(entry, bytes) ? packet : 'selector-mismatch';
  }

  #fits({ local, remote }: InboundEntry, bytes: Uint8Array): boolean {
    const { version, protocol, sourceAt, sourcePort, destinationAt, destinationPort } = this.#packet;
    return (
      remote.fits(version, bytes, sourceAt, protocol, sourcePort) &&
      local.fits(version, bytes, destinationAt, protocol, destinationPort)
    );
  }

  #sawAuthentic(state: InboundSa): void {
    if (state.used) return;
    state.used = true;
    this.#options.emit({ type: 'inbound-used', pair: state.sa.pair, spi: state.sa.spi });
  }

  /** RFC 3947 §7: who follows is IKE's to say. */
  #strayed(state: InboundSa, source: PacketSource): void {
    const { encapsulation, pair, spi } = state.sa;
    if (encapsulation !== 'udp' || (state.strayedAt !== undefined && this.#now - state.strayedAt < STRAY_INTERVAL))
      return;
    state.strayedAt = this.#now;
    this.#options.emit({ type: 'moved', pair, spi, remote: source.endpoint() });
  }

  #withoutSa(entry: TunnelEntry | undefined): EspDropReason {
    if (entry?.guard === 'trap' && (entry.askedAt === undefined || this.#now - entry.askedAt >= ACQUIRE_INTERVAL)) {
      entry.askedAt = this.#now;
      this.#options.emit({ type: 'acquire', connection: entry.connection, tunnel: entry.tunnel });
    }
    return this.drop('no-sa');
  }

  #passed(state: InboundSa | OutboundSa, limit: 'soft' | 'hard' | undefined): void {
    if (limit === undefined) return;
    this.#options.emit({ type: 'expired', pair: state.sa.pair, spi: state.sa.spi, hard: limit === 'hard' });
  }
}

function mergeEcn(packet: InnerPacket, bytes: Uint8Array, at: number, outer: number): boolean {
  const inner = packet.trafficClass & 3;
  const merged = decapsulatedEcn(inner, outer);
  if (merged === 'drop') return false;
  if (merged !== inner) writeEcn(bytes, at, packet.version, merged);
  return true;
}
