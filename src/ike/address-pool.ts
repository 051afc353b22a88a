import { type IpAddress, ipAddress, ipBytes, isIpv6 } from '../base/address.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import type { AddressRange } from '../base/selector.ts';

/** The addresses that a connection gives to its peers: each to one holder, the lowest free one first, and to the same holder the same. */
export class AddressPool {
  readonly #digits: number;
  readonly #first: bigint;
  readonly #last: bigint;
  readonly #holders = new Map<string, bigint>();
  readonly #taken = new Set<bigint>();
  /** No free address lies before it. */
  #next: bigint;

  /**
   * All addresses of the range; a prefix of more than two keeps its first, which means the network or any router of it (RFC 4291 §2.6.1), and
   * one of IPv4 its last, which means everybody in it.
   */
  constructor({ first, last }: AddressRange) {
    const [from, to] = [numberOf(first), numberOf(last)];
    const size = to - from + 1n;
    const isPrefix = size > 2n && (size & (size - 1n)) === 0n && from % size === 0n;
    this.#digits = isIpv6(first) ? 32 : 8;
    this.#first = isPrefix ? from + 1n : from;
    this.#last = isPrefix && !isIpv6(first) ? to - 1n : to;
    this.#next = this.#first;
  }

  get leases(): number {
    return this.#holders.size;
  }
  /** The holder's address; undefined where none is left. */
  lease(holder: string): IpAddress | undefined {
    const held = this.#holders.get(holder);
    if (held !== undefined) return this.#addressOf(held);
    while (this.#taken.has(this.#next)) this.#next++;
    if (this.#next > this.#last) return undefined;
    this.#holders.set(holder, this.#next);
    this.#taken.add(this.#next);
    return this.#addressOf(this.#next);
  }
  release(holder: string): void {
    const held = this.#holders.get(holder);
    if (held === undefined) return;
    this.#holders.delete(holder);
    this.#taken.delete(held);
    if (held < this.#next) this.#next = held;
  }

  #addressOf(number: bigint): IpAddress {
    return ipAddress(fromHex(number.toString(16).padStart(this.#digits, '0')));
  }
}

const numberOf = (address: IpAddress): bigint => BigInt(`0x${toHex(ipBytes(address))}`);
