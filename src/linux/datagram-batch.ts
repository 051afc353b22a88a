import type { UdpEndpoint } from '../base/address.ts';
import { errnoName, libc, wouldBlock } from './libc.ts';
import { nativeMemory, type NativeMemory } from './native.ts';
import { AF_INET6, SOCKADDR_BYTES, writeSockaddr } from './socket-address.ts';

/**
 * struct mmsghdr of a 64-bit machine, and what it points to. Both libcs that Node runs on lay it out so; the kernel's own layout is
 * the same.
 */
const HEADER = { name: 0, nameLength: 8, iovec: 16, iovecs: 24, control: 32, controlLength: 40, length: 56, bytes: 64 };
const IOVEC = { base: 0, length: 8, bytes: 16 };
const CONTROL_BYTES = 64;
/** Room for one sender's socket address, a multiple of eight. */
export const NAME_BYTES = 32;
/** One control message: octets in all (u64), level, type, and four octets of data. */
const CONTROL = { length: 0, level: 8, type: 12, data: 16, bytes: 20 };
const IPPROTO_IP = 0;
const IP_TOS = 1;
const IPPROTO_IPV6 = 41;
const IPV6_TCLASS = 67;

/** Receives many datagrams by one call. */
export class ReceiveBatch {
  readonly memory: NativeMemory;
  readonly #headers: NativeMemory;
  readonly #controls: NativeMemory;
  readonly #names: NativeMemory;
  readonly #slots: number;
  readonly #slotBytes: number;

  constructor(slots: number, slotBytes: number) {
    this.#slots = slots;
    this.#slotBytes = slotBytes;
    this.memory = nativeMemory(slots * slotBytes);
    this.#headers = nativeMemory(slots * HEADER.bytes);
    this.#controls = nativeMemory(slots * CONTROL_BYTES);
    this.#names = nativeMemory(slots * NAME_BYTES);
    const iovecs = nativeMemory(slots * IOVEC.bytes);
    for (let i = 0; i < slots; i++) {
      putPointer(iovecs.view, i * IOVEC.bytes + IOVEC.base, this.memory.address + i * slotBytes);
      putPointer(iovecs.view, i * IOVEC.bytes + IOVEC.length, slotBytes);
      const header = i * HEADER.bytes;
      putPointer(this.#headers.view, header + HEADER.iovec, iovecs.address + i * IOVEC.bytes);
      putPointer(this.#headers.view, header + HEADER.iovecs, 1);
      putPointer(this.#headers.view, header + HEADER.name, this.#names.address + i * NAME_BYTES);
      this.#headers.view.setUint32(header + HEADER.nameLength, NAME_BYTES, true);
      putPointer(this.#headers.view, header + HEADER.control, this.#controls.address + i * CONTROL_BYTES);
      putPointer(this.#headers.view, header + HEADER.controlLength, CONTROL_BYTES);
    }
  }

  /** How many came; 0 where none waits, -1 where the socket has an error instead. */
  receive(fd: number): number {
    const count = libc().recvmmsg(fd, this.#headers.address, this.#slots, 0, 0);
    if (count < 0) return wouldBlock() ? 0 : -1;
    // What the kernel wrote is the room for the next one, which may be of the longer family.
    for (let slot = 0; slot < count; slot++)
      this.#headers.view.setUint32(slot * HEADER.bytes + HEADER.nameLength, NAME_BYTES, true);
    return count;
  }

  /** Where the datagram of a slot begins in `memory`. */
  offset(slot: number): number {
    return slot * this.#slotBytes;
  }
  length(slot: number): number {
    return this.#headers.view.getUint32(slot * HEADER.bytes + HEADER.length, true);
  }

  /** Socket addresses of the senders, one each `NAME_BYTES`. */
  get names(): DataView {
    return this.#names.view;
  }

  /** The traffic class of the IP header, where the socket was told to say it (0 else). Once a datagram: it makes the slot ready again. */
  trafficClass(slot: number): number {
    const header = slot * HEADER.bytes + HEADER.controlLength;
    const told = this.#headers.view.getUint32(header, true) >= CONTROL.data + 1;
    putPointer(this.#headers.view, header, CONTROL_BYTES);
    return told ? (this.#controls.bytes[slot * CONTROL_BYTES + CONTROL.data] ?? 0) : 0;
  }
}

/** A destination in the kernel's form, made once. */
export interface Destination {
  readonly memory: NativeMemory;
  readonly length: number;
}

export function destination(endpoint: UdpEndpoint): Destination {
  const memory = nativeMemory(SOCKADDR_BYTES);
  return { memory, length: writeSockaddr(memory.view, 0, endpoint) };
}

/** Sends many datagrams by one call; their octets stay where they are until `flush`. */
export class SendBatch {
  readonly #headers: NativeMemory;
  readonly #iovecs: NativeMemory;
  readonly #controls: NativeMemory;
  readonly #slots: number;
  #count = 0;

  constructor(slots: number) {
    this.#slots = slots;
    this.#headers = nativeMemory(slots * HEADER.bytes);
    this.#iovecs = nativeMemory(slots * IOVEC.bytes);
    this.#controls = nativeMemory(slots * CONTROL_BYTES);
    for (let i = 0; i < slots; i++) {
      const header = i * HEADER.bytes;
      putPointer(this.#headers.view, header + HEADER.iovec, this.#iovecs.address + i * IOVEC.bytes);
      putPointer(this.#headers.view, header + HEADER.iovecs, 1);
      putPointer(this.#headers.view, header + HEADER.control, this.#controls.address + i * CONTROL_BYTES);
      putPointer(this.#controls.view, i * CONTROL_BYTES + CONTROL.length, CONTROL.bytes);
    }
  }

  get full(): boolean {
    return this.#count === this.#slots;
  }

  /** Adds a datagram that lies at a native address; not to be called when full. */
  add(address: number, length: number, to: Destination, trafficClass: number): void {
    const slot = this.#count++;
    const iovec = slot * IOVEC.bytes;
    putPointer(this.#iovecs.view, iovec + IOVEC.base, address);
    putPointer(this.#iovecs.view, iovec + IOVEC.length, length);
    const header = slot * HEADER.bytes;
    putPointer(this.#headers.view, header + HEADER.name, to.memory.address);
    this.#headers.view.setUint32(header + HEADER.nameLength, to.length, true);
    putPointer(this.#headers.view, header + HEADER.controlLength, trafficClass === 0 ? 0 : CONTROL.bytes);
    if (trafficClass === 0) return;
    const ipv6 = to.memory.view.getUint16(0, true) === AF_INET6;
    const control = slot * CONTROL_BYTES;
    this.#controls.view.setInt32(control + CONTROL.level, ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, true);
    this.#controls.view.setInt32(control + CONTROL.type, ipv6 ? IPV6_TCLASS : IP_TOS, true);
    this.#controls.view.setInt32(control + CONTROL.data, trafficClass, true);
  }

  /** Sends all; `lost` hears the errno name of each that could not be sent. */
  flush(fd: number, lost: (errno: string) => void): void {
    let sent = 0;
    while (sent < this.#count) {
      const count = libc().sendmmsg(fd, this.#headers.address + sent * HEADER.bytes, this.#count - sent, 0);
      if (count > 0) sent += count;
      else {
        // The error is the first one's; those behind it may fare better.
        lost(errnoName());
        sent++;
      }
    }
    this.#count = 0;
  }
}

/** Pointers and size_t: below 2^53, so two halves are exact. */
function putPointer(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % 0x1_0000_0000, true);
  view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
}
