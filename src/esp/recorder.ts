import type { IpAddress, UdpEndpoint } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import {
  ESP_DROP_REASONS,
  type EspBackend,
  type EspDropReason,
  type EspEvent,
  type EspHost,
  type GuardedTraffic,
} from './backend.ts';
import type { EspCounters, EspSa, SaEnds, Spi } from './sa.ts';
import { SpiPool } from './spi.ts';

/** One call of the back end's, as plain data. */
export type RecordedCall =
  | { readonly call: 'start' }
  | { readonly call: 'allocate-spi'; readonly spi: Spi }
  | { readonly call: 'release-spi'; readonly spi: Spi }
  | { readonly call: 'guard'; readonly traffic: GuardedTraffic }
  | { readonly call: 'unguard'; readonly connection: string; readonly tunnel: string }
  | { readonly call: 'install'; readonly sa: EspSa }
  | { readonly call: 'move'; readonly pair: number; readonly ends: SaEnds }
  | { readonly call: 'remove'; readonly pair: number; readonly direction: 'inbound' | 'outbound' }
  | { readonly call: 'deliver'; readonly packet: Uint8Array; readonly local: UdpEndpoint; readonly remote: UdpEndpoint }
  | { readonly call: 'close' };

/** A back end that carries nothing: it writes down what it is told and says what a test lets it say. */
export class RecordingBackend implements EspBackend {
  readonly name = 'recorder';
  readonly #spis: SpiPool;
  readonly #calls: RecordedCall[] = [];
  readonly #counters = new Map<number, { inbound?: EspCounters; outbound?: EspCounters }>();
  readonly #drops = new Map<EspDropReason, number>();
  readonly #installed = new Map<string, EspSa>();
  readonly #guards = new Map<string, GuardedTraffic>();
  #host: EspHost | undefined;
  #refusal: IkeError | undefined;

  constructor(random: Random) {
    this.#spis = new SpiPool(random);
  }

  /** Every call so far, in order. */
  get calls(): readonly RecordedCall[] {
    return this.#calls;
  }
  /** The SAs that stand, in the order in which they came. */
  get installed(): readonly EspSa[] {
    return [...this.#installed.values()];
  }
  get guards(): readonly GuardedTraffic[] {
    return [...this.#guards.values()];
  }
  /** Tells the gateway something, as a kernel would. */
  emit(event: EspEvent): void {
    if (event.type === 'dropped') this.#drops.set(event.reason, (this.#drops.get(event.reason) ?? 0) + event.count);
    this.#host?.emit(event);
  }
  /** What `counters` will say of a pair. */
  carry(pair: number, counters: { readonly inbound?: EspCounters; readonly outbound?: EspCounters }): void {
    this.#counters.set(pair, counters);
  }
  /** Makes the next install fail with BACKEND_FAILED. */
  refuseNext(reason: string): void {
    this.#refusal = new IkeError('BACKEND_FAILED', { what: reason });
  }

  async start(host: EspHost, guards: readonly GuardedTraffic[] = []): Promise<void> {
    this.#host = host;
    this.#calls.push({ call: 'start' });
    for (const traffic of guards) await this.guard(traffic);
  }
  async allocateSpi(_local: IpAddress, _remote: IpAddress): Promise<Spi> {
    const spi = this.#spis.allocate();
    this.#calls.push({ call: 'allocate-spi', spi });
    return spi;
  }
  async releaseSpi(spi: Spi): Promise<void> {
    this.#spis.release(spi);
    this.#calls.push({ call: 'release-spi', spi });
  }
  async guard(traffic: GuardedTraffic): Promise<void> {
    this.#calls.push({ call: 'guard', traffic });
    this.#guards.set(JSON.stringify([traffic.connection, traffic.tunnel]), traffic);
  }
  async unguard(connection: string, tunnel: string): Promise<void> {
    this.#calls.push({ call: 'unguard', connection, tunnel });
    this.#guards.delete(JSON.stringify([connection, tunnel]));
  }
  async installInbound(sa: EspSa): Promise<void> {
    this.#install(sa);
    this.#spis.install(sa.spi);
  }
  async installOutbound(sa: EspSa): Promise<void> {
    this.#install(sa);
  }
  async move(pair: number, ends: SaEnds): Promise<void> {
    this.#calls.push({ call: 'move', pair, ends });
    for (const [key, sa] of this.#installed) if (sa.pair === pair) this.#installed.set(key, { ...sa, ...ends });
  }
  async remove(pair: number, direction: 'inbound' | 'outbound'): Promise<void> {
    this.#calls.push({ call: 'remove', pair, direction });
    const key = `${pair} ${direction}`;
    const sa = this.#installed.get(key);
    if (sa !== undefined && direction === 'inbound') this.#spis.release(sa.spi);
    this.#installed.delete(key);
  }
  async counters(pair: number): Promise<{ readonly inbound?: EspCounters; readonly outbound?: EspCounters }> {
    return this.#counters.get(pair) ?? {};
  }
  drops(): Readonly<Record<EspDropReason, number>> {
    const pairs = ESP_DROP_REASONS.map((reason) => [reason, this.#drops.get(reason) ?? 0] as const);
    return Object.fromEntries(pairs) as Record<EspDropReason, number>;
  }
  deliver(packet: Uint8Array, local: UdpEndpoint, remote: UdpEndpoint): void {
    this.#calls.push({ call: 'deliver', packet, local, remote });
  }
  async close(): Promise<void> {
    this.#calls.push({ call: 'close' });
    this.#host = undefined;
  }

  #install(sa: EspSa): void {
    this.#calls.push({ call: 'install', sa });
    const refusal = this.#refusal;
    this.#refusal = undefined;
    if (refusal !== undefined) throw refusal;
    this.#installed.set(`${sa.pair} ${sa.direction}`, sa);
  }
}
