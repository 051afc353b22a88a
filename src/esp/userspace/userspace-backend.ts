import { randomBytes } from 'node:crypto';

import type { IpAddress, UdpEndpoint } from '../../base/address.ts';
import { IkeError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import type { EspBackend, EspDropReason, EspHost, GuardedTraffic } from '../backend.ts';
import type { EspCounters, EspSa, SaEnds, Spi } from '../sa.ts';
import { SpiPool } from '../spi.ts';
import type { DataPlane } from './data-plane.ts';
import type { Ping } from './memory-host.ts';
import { MemoryPlane, type MemoryPlaneOptions } from './memory-plane.ts';
import { TunPlane, type TunPlaneOptions } from './tun-plane.ts';

export interface TunDeviceOptions extends TunPlaneOptions {
  readonly device: 'tun';
  /** Where SPIs come from; default the system's generator. */
  readonly random?: Random;
}

export interface MemoryDeviceOptions extends MemoryPlaneOptions {
  readonly device: 'memory';
}

/** The back end on a memory device, which is a host that can ping. */
export interface MemoryBackend extends EspBackend {
  /** Sends `count` (default 1) echo requests from the device's inner address. */
  ping(destination: IpAddress, count?: number): Ping;
}

/**
 * ESP in this process. `tun` carries the machine's traffic through a network device and a worker thread, and needs root or
 * CAP_NET_ADMIN (with CAP_NET_RAW where ESP is not in UDP); `memory` is one inner host without a device and without rights.
 *
 * @throws IkeError with BACKEND_FAILED from `start`, in words, where the device cannot be had.
 */
export function createUserspaceBackend(options: MemoryDeviceOptions): MemoryBackend;
export function createUserspaceBackend(options: TunDeviceOptions): EspBackend;
export function createUserspaceBackend(options: TunDeviceOptions | MemoryDeviceOptions): EspBackend {
  if (options.device === 'tun') return new UserspaceBackend(new TunPlane(options), options.random ?? SYSTEM);
  const plane = new MemoryPlane(options);
  const backend = new UserspaceBackend(plane, options.random);
  return Object.assign(backend, { ping: (destination: IpAddress, count?: number) => plane.ping(destination, count) });
}

const SYSTEM: Random = { bytes: (length) => randomBytes(length) };

/** What both devices share: SPIs, and which of them belongs to which pair. */
class UserspaceBackend implements EspBackend {
  readonly name: string;
  readonly #plane: DataPlane;
  readonly #spis: SpiPool;
  readonly #inbound = new Map<number, Spi>();

  constructor(plane: DataPlane, random: Random) {
    this.name = `userspace-${plane.device}`;
    this.#plane = plane;
    this.#spis = new SpiPool(random);
  }

  async start(host: EspHost, guards: readonly GuardedTraffic[] = []): Promise<void> {
    await this.#plane.start(host);
    for (const traffic of guards) await this.guard(traffic);
  }
  async allocateSpi(_local: IpAddress, _remote: IpAddress): Promise<Spi> {
    return this.#spis.allocate();
  }
  async releaseSpi(spi: Spi): Promise<void> {
    this.#spis.release(spi);
  }
  guard(traffic: GuardedTraffic): Promise<void> {
    return this.#plane.guard(traffic);
  }
  unguard(connection: string, tunnel: string): Promise<void> {
    return this.#plane.unguard(connection, tunnel);
  }
  async installInbound(sa: EspSa): Promise<void> {
    requireDirection(sa, 'inbound');
    requireTunnelMode(sa);
    await this.#plane.installInbound(sa);
    this.#release(sa.pair);
    this.#spis.install(sa.spi);
    this.#inbound.set(sa.pair, sa.spi);
  }
  async installOutbound(sa: EspSa): Promise<void> {
    requireDirection(sa, 'outbound');
    requireTunnelMode(sa);
    await this.#plane.installOutbound(sa);
  }
  move(pair: number, ends: SaEnds): Promise<void> {
    return this.#plane.move(pair, ends);
  }
  async remove(pair: number, direction: 'inbound' | 'outbound'): Promise<void> {
    await this.#plane.remove(pair, direction);
    if (direction === 'inbound') this.#release(pair);
  }
  counters(pair: number): Promise<{ readonly inbound?: EspCounters; readonly outbound?: EspCounters }> {
    return this.#plane.counters(pair);
  }
  drops(): Readonly<Record<EspDropReason, number>> {
    return this.#plane.drops.snapshot();
  }
  deliver(packet: Uint8Array, local: UdpEndpoint, remote: UdpEndpoint): void {
    this.#plane.deliver(packet, local, remote);
  }
  close(): Promise<void> {
    return this.#plane.close();
  }

  #release(pair: number): void {
    const spi = this.#inbound.get(pair);
    if (spi !== undefined) this.#spis.release(spi);
    this.#inbound.delete(pair);
  }
}

function requireDirection(sa: EspSa, direction: EspSa['direction']): void {
  if (sa.direction !== direction)
    throw new IkeError('INVALID_ARGUMENT', { what: 'direction of an SA', direction: sa.direction });
}

/**
 * The engine knows transport mode, the devices do not: packets to a peer's own address would have to go into the device, and those that IKE
 * and ESP send there not (decision 0041).
 */
function requireTunnelMode({ mode }: EspSa): void {
  if (mode === 'tunnel') return;
  throw new IkeError('BACKEND_FAILED', {
    what: 'transport mode in user space',
    advice: 'set mode: tunnel, or use the kernel back end',
  });
}
