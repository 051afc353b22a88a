import { type IpAddress, ipAddress, ipBytes } from '../base/address.ts';
import { ByteReader, u32Bytes } from '../base/bytes.ts';
import type { TrafficSelector } from '../base/selector.ts';

/** The IPv4 addresses that a connection gives to its peers: each to one holder, the lowest free one first, and to the same holder the same. */
export class AddressPool {
  readonly #first: number;
  readonly #last: number;
  readonly #holders = new Map<string, number>();
  readonly #taken = new Set<number>();
  /** No free address lies before it. */
  #next: number;

  /** All addresses of the range; a prefix of more than two keeps its first and its last, which mean the network and everybody in it. */
  constructor({ first, last }: Pick<TrafficSelector, 'first' | 'last'>) {
    const [from, to] = [numberOf(first), numberOf(last)];
    const size = to - from + 1;
    const isPrefix = size > 2 && Number.isInteger(Math.log2(size)) && from % size === 0;
    this.#first = isPrefix ? from + 1 : from;
    this.#last = isPrefix ? to - 1 : to;
    this.#next = this.#first;
  }

  get leases(): number {
    return this.#holders.size;
  }
  /** The holder's address; undefined where none is left. */
  lease(holder: string): IpAddress | undefined {
    const held = this.#holders.get(holder);
    if (held !== undefined) return ipAddress(u32Bytes(held));
    while (this.#taken.has(this.#next)) this.#next++;
    if (this.#next > this.#last) return undefined;
    this.#holders.set(holder, this.#next);
    this.#taken.add(this.#next);
    return ipAddress(u32Bytes(this.#next));
  }
  release(holder: string): void {
    const held = this.#holders.get(holder);
    if (held === undefined) return;
    this.#holders.delete(holder);
    this.#taken.delete(held);
    this.#next = Math.min(this.#next, held);
  }
}

const numberOf = (address: IpAddress): number => new ByteReader(ipBytes(address)).u32('address');
