import type { IpAddress } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import type { Attachment, Packet } from './packet.ts';

/** Joins links: a packet leaves where its destination address was said to be, else where everything else is. */
export class Router {
  readonly name: string;
  readonly #routes = new Map<IpAddress, (packet: Packet) => void>();
  #rest: ((packet: Packet) => void) | undefined;
  /** Packets to nowhere. */
  unroutable = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** An interface behind which these addresses are; `rest` is for all that have none of their own. */
  interface(behind: readonly IpAddress[] | 'rest'): Attachment {
    const name = behind === 'rest' ? `${this.name}/rest` : `${this.name}/${behind.join('/')}`;
    return {
      name,
      plug: (transmit) => this.#add(behind, transmit),
      receive: (packet) => this.#forward(packet),
    };
  }

  #add(behind: readonly IpAddress[] | 'rest', transmit: (packet: Packet) => void): void {
    if (behind === 'rest') {
      if (this.#rest !== undefined) throw new IkeError('INVALID_ARGUMENT', { what: 'second route for the rest' });
      this.#rest = transmit;
      return;
    }
    for (const address of behind) this.#routes.set(address, transmit);
  }

  #forward(packet: Packet): void {
    const transmit = this.#routes.get(packet.destination.address) ?? this.#rest;
    if (transmit === undefined) this.unroutable++;
    else transmit(packet);
  }
}
