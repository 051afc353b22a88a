import { after, between, type Instant, milliseconds } from '../../base/instant.ts';
import type { EspCounters, EspSa } from '../sa.ts';

/** Where the soft limit lies: late enough to matter, early enough to negotiate a successor. */
const SOFT = 0.9;

/**
 * What one SA has carried, and the limits of that (RFC 4301 §4.4.2.1). A packet is carried as long as the hard limit has not been
 * reached before it, so the last one may pass the limit in octets.
 */
export class Usage {
  readonly #bytes: number;
  readonly #packets: number;
  readonly #softAt: number;
  readonly #hardAt: number;
  #soft = false;
  #hard = false;
  #carriedPackets = 0;
  #carriedBytes = 0;
  #last: Instant | undefined;

  constructor(limits: EspSa['limits'], now: Instant) {
    this.#bytes = limits.bytes ?? Number.POSITIVE_INFINITY;
    this.#packets = limits.packets ?? Number.POSITIVE_INFINITY;
    const time = limits.time ?? Number.POSITIVE_INFINITY;
    this.#softAt = after(now, milliseconds(time * SOFT));
    this.#hardAt = after(now, milliseconds(time));
  }

  /** Whether the SA may be used no more. */
  get spent(): boolean {
    return this.#hard;
  }
  counters(now: Instant): EspCounters {
    const counts = { packets: this.#carriedPackets, bytes: this.#carriedBytes };
    return this.#last === undefined ? counts : { ...counts, idle: between(this.#last, now) };
  }

  /** Counts a packet; returns the limit that it reached, each once. */
  carry(bytes: number, now: Instant): 'soft' | 'hard' | undefined {
    this.#carriedPackets++;
    this.#last = now;
    this.#carriedBytes += bytes;
    return this.#reached(this.#carriedBytes >= this.#bytes || this.#carriedPackets >= this.#packets, this.#isNear());
  }

  /** Looks at the clock; returns the limit that has passed, each once. */
  tick(now: Instant): 'soft' | 'hard' | undefined {
    return this.#reached(now >= this.#hardAt, now >= this.#softAt);
  }

  /** No sequence number is left: a hard limit of its own (RFC 4303 §3.3.3). */
  exhaust(): 'hard' | undefined {
    return this.#reached(true, true) === 'hard' ? 'hard' : undefined;
  }

  #isNear(): boolean {
    return this.#carriedBytes >= this.#bytes * SOFT || this.#carriedPackets >= this.#packets * SOFT;
  }

  #reached(hard: boolean, soft: boolean): 'soft' | 'hard' | undefined {
    if (hard && !this.#hard) {
      this.#hard = true;
      this.#soft = true;
      return 'hard';
    }
    if (soft && !this.#soft) {
      this.#soft = true;
      return 'soft';
    }
    return undefined;
  }
}
