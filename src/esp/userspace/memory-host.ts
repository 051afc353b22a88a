import { type IpAddress, isIpv6 } from '../../base/address.ts';
import { IkeError } from '../../base/errors.ts';
import { type IcmpEcho, readEcho, writeEcho } from './icmp-echo.ts';

/** Octets of an echo request, as `ping` sends. */
const DATA = Uint8Array.from({ length: 56 }, (_, i) => i);

/** A run of echo requests; `received` grows as replies come in. */
export interface Ping {
  readonly destination: IpAddress;
  readonly sent: number;
  readonly received: number;
  /** Kept when as many replies as requests have come; pending for ever when one is lost, so race it with a time limit. */
  readonly done: Promise<void>;
}

interface Run {
  readonly identifier: number;
  readonly waiting: Set<number>;
  readonly finish: () => void;
}

/** A host in memory with one inner address: answers echo requests to it and sends its own. */
export class MemoryHost {
  readonly address: IpAddress;
  readonly #send: (packet: Uint8Array) => void;
  readonly #runs = new Map<number, Run>();
  #identifier = 0;

  /** `send` takes each packet that leaves the host. */
  constructor(address: IpAddress, send: (packet: Uint8Array) => void) {
    this.address = address;
    this.#send = send;
  }

  /** Takes a packet that came in for the host; what is no echo to its address is none of its business. */
  receive(packet: Uint8Array): void {
    const echo = readEcho(packet);
    if (echo === undefined || echo.destination !== this.address) return;
    if (echo.kind === 'reply') this.#replied(echo);
    else this.#send(writeEcho({ ...echo, kind: 'reply', source: this.address, destination: echo.source }));
  }

  /** Sends `count` (1 to 65,535) echo requests at once. */
  ping(destination: IpAddress, count = 1): Ping {
    if (isIpv6(destination) !== isIpv6(this.address) || !(count >= 1 && count <= 0xffff)) {
      throw new IkeError('INVALID_ARGUMENT', { what: 'ping', destination, count });
    }
    const identifier = (this.#identifier = (this.#identifier + 1) & 0xffff);
    const waiting = new Set(Array.from({ length: count }, (_, i) => i + 1));
    let finish = (): void => undefined;
    const done = new Promise<void>((resolve) => {
      finish = resolve;
    });
    this.#runs.set(identifier, { identifier, waiting, finish });
    for (let sequence = 1; sequence <= count; sequence++) {
      this.#send(writeEcho({ kind: 'request', source: this.address, destination, identifier, sequence, data: DATA }));
    }
    return {
      destination,
      sent: count,
      get received() {
        return count - waiting.size;
      },
      done,
    };
  }

  #replied(echo: IcmpEcho): void {
    const run = this.#runs.get(echo.identifier);
    run?.waiting.delete(echo.sequence);
    if (run?.waiting.size !== 0) return;
    this.#runs.delete(echo.identifier);
    run.finish();
  }
}
