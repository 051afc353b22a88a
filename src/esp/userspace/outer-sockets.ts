import { endpointText, isIpv6, type UdpEndpoint } from '../../base/address.ts';
import { type Destination, destination, NAME_BYTES, ReceiveBatch, SendBatch } from '../../linux/datagram-batch.ts';
import { closeFd } from '../../linux/libc.ts';
import { ipHeaderBytes } from '../../linux/raw-socket.ts';
import { AF_INET6, readSockaddr } from '../../linux/socket-address.ts';
import { tellTrafficClass } from '../../linux/traffic-class.ts';
import type { EspEngine } from './engine.ts';
import { addressKey, type PacketSource } from './packet-source.ts';
import type { InstalledSa } from './sa-state.ts';
import type { OuterSocket } from './worker-protocol.ts';

/** Datagrams a call; more is no faster. */
export const BATCH = 32;
/** Room for the longest datagram, so that none is cut. */
const SLOT = 65_536;

/** What a socket gives to the engine: an ESP packet in the memory of `receiving`. */
type Receiver = (at: number, length: number, outerEcn: number, source?: PacketSource) => void;

interface Outlet {
  readonly socket: OuterSocket;
  readonly batch: SendBatch;
}

/**
 * The sockets that carry ESP to and from the peers. Each has a batch of what waits to be sent; what is received goes through one
 * memory, a batch at a time.
 */
export class OuterSockets {
  readonly receiving = new ReceiveBatch(BATCH, SLOT);
  readonly #engine: EspEngine;
  readonly #source = new BatchSource(this.receiving);
  readonly #outlets: Outlet[] = [];
  readonly #destinations = new Map<string, Destination>();
  #routes = new WeakMap<InstalledSa, { readonly outlet: Outlet | undefined; readonly to: Destination }>();

  constructor(engine: EspEngine) {
    this.#engine = engine;
  }

  get fds(): readonly number[] {
    return this.#outlets.map(({ socket }) => socket.fd);
  }

  add(socket: OuterSocket): void {
    if (socket.kind === 'udp') tellTrafficClass(socket.fd, isIpv6(socket.local.address) ? 'ipv6' : 'ipv4');
    this.#outlets.push({ socket, batch: new SendBatch(BATCH) });
    this.#routes = new WeakMap();
  }

  /** Puts a packet that lies at a native address into the batch of its SA's socket; false where there is none. */
  queue(sa: InstalledSa, address: number, length: number, trafficClass: number): boolean {
    let route = this.#routes.get(sa);
    if (route === undefined) {
      const outlet = this.#outlets.find(({ socket }) => carries(socket, sa));
      route = { outlet, to: this.#destination(outlet?.socket.kind === 'raw' ? { ...sa.remote, port: 0 } : sa.remote) };
      this.#routes.set(sa, route);
    }
    if (route.outlet === undefined) return false;
    if (route.outlet.batch.full) this.#flush(route.outlet);
    route.outlet.batch.add(address, length, route.to, trafficClass);
    return true;
  }

  flush(): void {
    for (const outlet of this.#outlets) this.#flush(outlet);
  }

  /** Receives one batch from each socket; how many datagrams came. */
  receive(receiver: Receiver): number {
    let total = 0;
    for (const { socket } of this.#outlets) {
      const count = this.receiving.receive(socket.fd);
      if (count < 0) this.#engine.drop('device-failed');
      for (let slot = 0; slot < count; slot++) this.#received(socket, slot, receiver);
      total += Math.max(0, count);
    }
    return total;
  }

  close(): void {
    for (const { socket } of this.#outlets) closeFd(socket.fd);
    this.#outlets.length = 0;
  }

  /** One for each peer for ever: native memory is not given back. */
  #destination(endpoint: UdpEndpoint): Destination {
    const key = endpointText(endpoint);
    const known = this.#destinations.get(key) ?? destination(endpoint);
    this.#destinations.set(key, known);
    return known;
  }

  #received(socket: OuterSocket, slot: number, receiver: Receiver): void {
    const at = this.receiving.offset(slot);
    const length = this.receiving.length(slot);
    const { bytes } = this.receiving.memory;
    if (socket.kind === 'udp') {
      const ecn = this.receiving.trafficClass(slot) & 3;
      // A NAT keepalive (RFC 3948 §2.3) only reaches this socket while the split is being made.
      if (length !== 1) receiver(at, length, ecn, this.#source.of(slot));
      return;
    }
    const header = ipHeaderBytes(bytes, at, length);
    receiver(at + header, length - header, (bytes[at + 1] ?? 0) & 3);
  }

  #flush({ socket, batch }: Outlet): void {
    batch.flush(socket.fd, (errno) => this.#engine.drop(errno === 'EMSGSIZE' ? 'too-big' : 'send-failed'));
  }
}

/** The sender of the datagram in one slot: the same object for each, because it is asked for each packet. */
class BatchSource implements PacketSource {
  readonly #batch: ReceiveBatch;
  #at = 0;

  constructor(batch: ReceiveBatch) {
    this.#batch = batch;
  }
  of(slot: number): this {
    this.#at = slot * NAME_BYTES;
    return this;
  }
  get key(): number {
    const { names } = this.#batch;
    const ipv6 = names.getUint16(this.#at, true) === AF_INET6;
    return addressKey(names, this.#at + (ipv6 ? 8 : 4), ipv6 ? 16 : 4) * 0x1_0000 + names.getUint16(this.#at + 2);
  }
  endpoint(): UdpEndpoint {
    return readSockaddr(this.#batch.names, this.#at);
  }
}

/** A UDP socket on all addresses carries for each of its family. */
function carries({ kind, local }: OuterSocket, sa: InstalledSa): boolean {
  if (kind !== (sa.encapsulation === 'udp' ? 'udp' : 'raw')) return false;
  if (kind === 'raw') return local.address === sa.local.address;
  return local.port === sa.local.port && (local.address === sa.local.address || isWildcardFor(local, sa.local));
}

function isWildcardFor(local: UdpEndpoint, wanted: UdpEndpoint): boolean {
  return local.address === (isIpv6(wanted.address) ? '::' : '0.0.0.0');
}
