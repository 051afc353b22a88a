import { BoundedMap } from '../base/bounded.ts';
import { type Random, randomU32 } from '../base/random.ts';
import { FIRST_SPI, type Spi } from './sa.ts';

/** SPIs that were handed out but not installed yet; a negotiation that fails may never give its own back. */
const RESERVED = 4096;

/**
 * Security Parameters Indexes for inbound SAs, RFC 4303 §2.1: unpredictable, unique, never one of the reserved ones below 256.
 *
 * Ours: one space for all local addresses, which is stricter than RFC 4301 §4.1 asks and lets an inbound packet be looked up by
 * its SPI alone.
 */
export class SpiPool {
  readonly #random: Random;
  readonly #reserved = new BoundedMap<Spi, true>(RESERVED);
  readonly #installed = new Set<Spi>();

  constructor(random: Random) {
    this.#random = random;
  }
  /** A fresh SPI, reserved until it is installed or released; of 4096 reservations the oldest lapses. */
  allocate(): Spi {
    for (;;) {
      const spi = randomU32(this.#random);
      if (spi < FIRST_SPI || this.#installed.has(spi) || this.#reserved.has(spi)) continue;
      this.#reserved.set(spi, true);
      return spi;
    }
  }
  /** The SPI of an SA that is used from now on, whether it came from here or not. */
  install(spi: Spi): void {
    this.#reserved.delete(spi);
    this.#installed.add(spi);
  }
  release(spi: Spi): void {
    this.#reserved.delete(spi);
    this.#installed.delete(spi);
  }
}
