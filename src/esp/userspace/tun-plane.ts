import { type IpAddress, isIpv6, type UdpEndpoint } from '../../base/address.ts';
import { IkeError } from '../../base/errors.ts';
import { openEventfd } from '../../linux/eventfd.ts';
import { closeFd } from '../../linux/libc.ts';
import { openRawSocket } from '../../linux/raw-socket.ts';
import { type Prefix, RouteNetlink } from '../../linux/rtnetlink.ts';
import { openTun } from '../../linux/tun.ts';
import { openUdpSocket } from '../../linux/udp-socket.ts';
import type { EspEvent, EspHost, GuardedTraffic } from '../backend.ts';
import type { EspSa, SaEnds, Spi } from '../sa.ts';
import type { DataPlane } from './data-plane.ts';
import { DropCounters } from './drop-counters.ts';
import { TunnelRoutes } from './routes.ts';
import { WorkerLink } from './worker-link.ts';
import type { CountersOfPair, FromWorker, OuterSocket } from './worker-protocol.ts';

/** IP protocol number of ESP, RFC 4303 §2. */
const ESP_PROTOCOL = 50;
/**
 * Ours: the longest inner packet whose ESP fits an Ethernet frame under every suite. AES-CBC with HMAC-SHA2-512 makes 1464 octets of
 * 1400; with UDP and IPv4 before them they are 1492, which passes PPPoE too.
 */
const DEFAULT_MTU = 1400;
/** The kernel puts the first free number in. */
const DEFAULT_NAME = 'sallyport%d';

export interface TunPlaneOptions {
  /** Name of the device, up to 15 characters; `%d` stands for the first free number. Default `sallyport%d`. */
  readonly name?: string;
  /** Of the device; default 1400. */
  readonly mtu?: number;
  /** Addresses that the device gets, for a gateway that has no inner interface; default none. */
  readonly addresses?: readonly Prefix[];
  /**
   * The endpoint that IKE's socket for a local address is bound to, where that was opened by `openUdpSocket` with `reusePort`: the
   * data path then takes ESP in UDP from the same port. Undefined (the default for all): ESP comes by `deliver`.
   */
  readonly sharedSocket?: (local: UdpEndpoint) => UdpEndpoint | undefined;
}

interface Running {
  readonly tun: number;
  readonly wake: number;
  readonly netlink: RouteNetlink;
  /** Of the device. */
  readonly index: number;
  readonly routes: TunnelRoutes;
  readonly link: WorkerLink;
}

/** The data plane on a TUN device: device, routes and sockets are made here, packets are a worker's. */
export class TunPlane implements DataPlane {
  readonly device = 'tun';
  readonly drops: DropCounters;
  readonly #options: TunPlaneOptions;
  readonly #mtu: number;
  readonly #shared = new SharedArrayBuffer(DropCounters.BYTES);
  readonly #sockets = new Map<string, OuterSocket>();
  readonly #installed = new Map<
    string,
    { readonly pair: number; readonly spi: Spi; readonly encapsulation: EspSa['encapsulation'] }
  >();
  #running: Running | undefined;
  #gateway: EspHost | undefined;

  constructor(options: TunPlaneOptions) {
    this.#options = options;
    this.#mtu = options.mtu ?? DEFAULT_MTU;
    this.drops = new DropCounters(this.#shared);
  }

  async start(host: EspHost): Promise<void> {
    this.#gateway = host;
    const { fd: tun, name: device } = openTun(this.#options.name ?? DEFAULT_NAME);
    const netlink = new RouteNetlink();
    const wake = openEventfd();
    try {
      const index = this.#configure(netlink, device);
      const routes = new TunnelRoutes(netlink, index);
      routes.start();
      this.#running = { tun, wake, netlink, index, routes, link: this.#launch(tun, wake) };
    } catch (error) {
      netlink.close();
      for (const fd of [tun, wake]) closeFd(fd);
      throw error;
    }
    try {
      await this.#running.link.ready();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async guard(traffic: GuardedTraffic): Promise<void> {
    const { link, routes, netlink, index } = this.#started();
    await link.request({ type: 'guard', traffic });
    const { address } = traffic;
    const isThere = address === undefined || netlink.addresses().some((own) => own.address === address);
    if (!isThere) netlink.addAddress(index, { address, length: isIpv6(address) ? 128 : 32 });
    routes.guard(traffic);
  }
  async unguard(connection: string, tunnel: string): Promise<void> {
    const { link, routes } = this.#started();
    routes.unguard(connection, tunnel);
    await link.request({ type: 'unguard', connection, tunnel });
  }
  installInbound(sa: EspSa): Promise<void> {
    return this.#install(sa);
  }
  installOutbound(sa: EspSa): Promise<void> {
    return this.#install(sa);
  }
  async move(pair: number, ends: SaEnds): Promise<void> {
    const { link } = this.#started();
    const sa = [...this.#installed.values()].find((installed) => installed.pair === pair);
    const socket = sa === undefined ? undefined : this.#newSocket({ ...ends, encapsulation: sa.encapsulation });
    if (socket !== undefined) await link.request({ type: 'socket', socket });
    link.order({ type: 'move', pair, ends });
  }
  async remove(pair: number, direction: 'inbound' | 'outbound'): Promise<void> {
    this.#installed.delete(`${pair} ${direction}`);
    this.#started().link.order({ type: 'remove', pair, direction });
  }
  counters(pair: number): Promise<CountersOfPair> {
    return this.#started().link.request({ type: 'counters', pair });
  }
  deliver(packet: Uint8Array, _local: UdpEndpoint, remote: UdpEndpoint): void {
    this.#running?.link.deliver(packet, remote);
  }

  async close(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.routes.close();
    running.netlink.close();
    const closed = await running.link.close();
    if (closed) return;
    for (const fd of [running.tun, running.wake]) closeFd(fd);
    for (const { fd } of this.#sockets.values()) closeFd(fd);
  }

  #configure(netlink: RouteNetlink, device: string): number {
    const index = netlink.linkIndex(device);
    if (index === undefined)
      throw new IkeError('BACKEND_FAILED', { what: `TUN device ${device}`, reason: 'it is gone' });
    netlink.noLinkLocal(index);
    netlink.linkUp(index, this.#mtu);
    for (const prefix of this.#options.addresses ?? []) netlink.addAddress(index, prefix);
    return index;
  }

  #launch(tun: number, wake: number): WorkerLink {
    return new WorkerLink({
      start: { tun, wake, mtu: this.#mtu, drops: this.#shared, posted: new SharedArrayBuffer(4) },
      heard: (message) => this.#heard(message),
      died: () => this.#lost(),
    });
  }

  async #install(sa: EspSa): Promise<void> {
    const { link } = this.#started();
    const socket = this.#newSocket(sa);
    if (socket !== undefined) await link.request({ type: 'socket', socket });
    link.order({ type: 'install', sa });
    this.#installed.set(`${sa.pair} ${sa.direction}`, { pair: sa.pair, spi: sa.spi, encapsulation: sa.encapsulation });
  }

  /** The socket that an SA needs and that is not there yet. */
  #newSocket(sa: Pick<EspSa, 'local' | 'encapsulation'>): OuterSocket | undefined {
    const local = sa.encapsulation === 'udp' ? this.#options.sharedSocket?.(sa.local) : { ...sa.local, port: 0 };
    if (local === undefined) return undefined;
    const kind = sa.encapsulation === 'udp' ? 'udp' : 'raw';
    const key = `${kind} ${local.address} ${local.port}`;
    if (this.#sockets.has(key)) return undefined;
    const socket: OuterSocket = {
      kind,
      local,
      fd: kind === 'raw' ? rawSocket(local.address) : openUdpSocket({ ...local, reusePort: true }),
    };
    this.#sockets.set(key, socket);
    return socket;
  }

  #heard(message: Extract<FromWorker, { type: 'event' | 'send' }>): void {
    if (message.type === 'event') this.#gateway?.emit(message.event);
    else this.#gateway?.sendEncapsulated(message.packet, message.local, message.remote);
  }

  /**
   * The worker is gone: nothing is carried any more, and every SA says so. Device and routes stay until `close`, so that no packet
   * finds a way in clear.
   */
  #lost(): void {
    this.drops.add('device-failed');
    const events: EspEvent[] = [{ type: 'dropped', reason: 'device-failed', count: 1 }];
    for (const { pair, spi } of this.#installed.values()) events.push({ type: 'expired', pair, spi, hard: true });
    this.#installed.clear();
    for (const event of events) this.#gateway?.emit(event);
  }

  #started(): Running {
    if (this.#running === undefined)
      throw new IkeError('BACKEND_FAILED', { what: 'user-space back end', reason: 'it is not started' });
    return this.#running;
  }
}

const rawSocket = (address: IpAddress): number => openRawSocket({ address, protocol: ESP_PROTOCOL });
