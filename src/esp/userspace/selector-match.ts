import { ipBytes } from '../../base/address.ts';
import type { TrafficSelector } from '../../base/selector.ts';

/** A traffic selector made ready for a comparison with each packet, RFC 4301 §4.4.1.1. */
export class SelectorMatch {
  readonly #version: 4 | 6;
  readonly #first: Uint8Array;
  readonly #last: Uint8Array;
  readonly #low: number;
  readonly #high: number;
  readonly #protocol: number;
  readonly #port: number;

  constructor(selector: TrafficSelector) {
    this.#first = ipBytes(selector.first);
    this.#last = ipBytes(selector.last);
    this.#version = this.#first.length === 4 ? 4 : 6;
    this.#low = u32(this.#first, 0);
    this.#high = u32(this.#last, 0);
    this.#protocol = selector.protocol;
    this.#port = selector.port;
  }

  /** Whether the address at `at` and the upper layer fit. A port that is not shown (NO_PORT) fits only a selector for any port. */
  fits(version: 4 | 6, bytes: Uint8Array, at: number, protocol: number, port: number): boolean {
    if (version !== this.#version) return false;
    if (this.#protocol !== 0 && this.#protocol !== protocol) return false;
    if (this.#port !== 0 && this.#port !== port) return false;
    const high = u32(bytes, at);
    if (version === 4) return this.#low <= high && high <= this.#high;
    return compareAt(bytes, at, this.#first) >= 0 && compareAt(bytes, at, this.#last) <= 0;
  }
}

/** How many addresses a selector has; of two that hold a packet, the one with fewer is meant. */
export function selectorSize(selector: TrafficSelector): bigint {
  return toNumber(selector.last) - toNumber(selector.first);
}

function toNumber(address: TrafficSelector['first']): bigint {
  return ipBytes(address).reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
}

function compareAt(bytes: Uint8Array, at: number, bound: Uint8Array): number {
  for (let i = 0; i < bound.length; i++) {
    const difference = (bytes[at + i] ?? 0) - (bound[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function u32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0
  );
}
