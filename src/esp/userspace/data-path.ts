import type { UdpEndpoint } from '../../base/address.ts';
import type { Instant } from '../../base/instant.ts';
import { clearWake } from '../../linux/eventfd.ts';
import { closeFd, failure, libc, wouldBlock } from '../../linux/libc.ts';
import { Poller } from '../../linux/poll.ts';
import type { EspEngine, Sealed } from './engine.ts';
import { BATCH, OuterSockets } from './outer-sockets.ts';
import { HEADROOM, type PacketMemory, TAILROOM } from './packet.ts';
import { endpointKey, type PacketSource } from './packet-source.ts';
import type { EspTransforms } from './transform.ts';
import type { OuterSocket } from './worker-protocol.ts';

/** Rounds of draining before messages and clock are looked at again, so that a flood cannot shut either out. */
const ROUNDS = 64;
/** A UDP datagram is no longer than this. */
const LONGEST = 65_535;
const WAKE = 0;
const TUN = 1;

export interface DataPathOptions {
  readonly engine: EspEngine;
  readonly transforms: EspTransforms;
  readonly tun: number;
  readonly wake: number;
  /** Of the TUN device: no packet that is read from it is longer. */
  readonly mtu: number;
  readonly now: () => Instant;
  /** Called before each packet: carries out what was ordered before it came. */
  readonly beforePacket: () => void;
  /** Takes a sealed packet for which there is no socket here. */
  readonly sendElsewhere: (sealed: Sealed, memory: PacketMemory) => void;
}

/**
 * Packets between a TUN device and the sockets, through the engine. One `turn` waits for any of them and then drains all until
 * nothing comes any more; whoever runs it calls it again and again.
 */
export class DataPath {
  readonly #options: DataPathOptions;
  readonly #poller = new Poller();
  readonly #sockets: OuterSockets;
  /** One slot a packet of a batch, because sealed packets wait in theirs until the batch is sent. */
  readonly #memory: PacketMemory;
  readonly #slot: number;
  #delivered: PacketMemory | undefined;

  constructor(options: DataPathOptions) {
    this.#options = options;
    this.#sockets = new OuterSockets(options.engine);
    this.#slot = HEADROOM + options.mtu + TAILROOM;
    this.#memory = options.transforms.memory(BATCH * this.#slot);
    this.#watch();
  }

  addSocket(socket: OuterSocket): void {
    this.#sockets.add(socket);
    this.#watch();
  }

  /** Waits up to `milliseconds` for something to do, and does it. Throws when the device is gone. */
  turn(milliseconds: number): void {
    const { engine, now, wake } = this.#options;
    const ready = this.#poller.wait(milliseconds);
    engine.tick(now());
    if (ready > 0) {
      if (this.#poller.readiness(WAKE) === 'readable') clearWake(wake);
      if (this.#poller.readiness(TUN) === 'broken') throw failure('TUN device', 'ENODEV');
      for (let round = 0; round < ROUNDS && this.#drain() > 0; round++);
    }
    engine.tick(now());
  }

  /** ESP that came in elsewhere. May be called from within `beforePacket`, so it has a memory of its own. */
  deliver(packet: Uint8Array, remote: UdpEndpoint): void {
    this.#delivered ??= this.#options.transforms.memory(LONGEST);
    if (packet.length > LONGEST) return;
    this.#delivered.bytes.set(packet);
    const source = { key: endpointKey(remote), endpoint: () => remote };
    this.#inbound(this.#delivered, 0, packet.length, 0, source);
  }

  close(): void {
    this.#sockets.close();
    closeFd(this.#options.tun);
    closeFd(this.#options.wake);
  }

  #watch(): void {
    this.#poller.watch([this.#options.wake, this.#options.tun, ...this.#sockets.fds]);
  }

  #drain(): number {
    const { memory } = this.#sockets.receiving;
    return (
      this.#fromTun() +
      this.#sockets.receive((at, length, ecn, source) => this.#inbound(memory, at, length, ecn, source))
    );
  }

  #fromTun(): number {
    const { tun, mtu } = this.#options;
    const { address } = this.#memory;
    let count = 0;
    while (count < BATCH) {
      const at = count * this.#slot + HEADROOM;
      const length = libc().read(tun, address + at, mtu);
      if (length < 0) {
        if (!wouldBlock()) this.#options.engine.drop('device-failed');
        break;
      }
      count++;
      this.#outbound(at, length);
    }
    this.#sockets.flush();
    return count;
  }

  #outbound(at: number, length: number): void {
    const { engine, sendElsewhere, beforePacket } = this.#options;
    beforePacket();
    if (isNeighbourTalk(this.#memory.bytes, at, length)) return;
    const sealed = engine.outbound(this.#memory, at, length);
    if (typeof sealed === 'string') return;
    const queued = this.#sockets.queue(sealed.sa, this.#memory.address + sealed.at, sealed.length, sealed.trafficClass);
    if (!queued) sendElsewhere(sealed, this.#memory);
  }

  #inbound(memory: PacketMemory, at: number, length: number, ecn: number, source: PacketSource | undefined): void {
    const { engine, tun, beforePacket } = this.#options;
    beforePacket();
    const opened = engine.inbound(memory, at, length, ecn, source);
    if (typeof opened === 'string') return;
    if (libc().write(tun, memory.address + opened.at, opened.length) !== opened.length) engine.drop('device-failed');
  }
}

const ICMP = 1;
const REDIRECT = 5;

/**
 * The kernel's own, to neighbours that a TUN device has not: IPv6 multicast of interface and link scope (RFC 4291 §2.7), and the redirect
 * that it answers with where a packet goes back to the device that it came from, which for it is another tunnel (RFC 792).
 */
function isNeighbourTalk(bytes: Uint8Array, at: number, length: number): boolean {
  const first = bytes[at] ?? 0;
  if (first >>> 4 === 4) return bytes[at + 9] === ICMP && bytes[at + 4 * (first & 0xf)] === REDIRECT;
  return length >= 40 && first >>> 4 === 6 && bytes[at + 24] === 0xff && ((bytes[at + 25] ?? 0) & 0xf) <= 2;
}
