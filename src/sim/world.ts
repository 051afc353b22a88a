import { after, type Duration, type Instant } from '../base/instant.ts';
import { nativeProvider } from '../crypto/native.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { Effect } from '../ike/effects.ts';
import { Host } from './host.ts';
import type { HostOptions } from './host-options.ts';
import { Invariants } from './invariants.ts';
import { Link, type LinkQuality } from './link.ts';
import { NatBox, type NatBoxOptions } from './nat-box.ts';
import type { Attachment } from './packet.ts';
import { Router } from './router.ts';
import { SeededRandom } from './seeded-random.ts';
import { Trace } from './trace.ts';
import { VirtualClock } from './virtual-clock.ts';
import { CryptoWatch, watchedCrypto } from './watched-crypto.ts';

/** How many of the last events a failure shows. */
const TRACE = 200;

/**
 * Hosts, what connects them, and the time that passes for all of them. Everything that happens by chance is drawn from the seed, so a run
 * that fails fails again; what a failure says has the seed in it.
 */
export class World {
  readonly seed: string;
  /** @internal */
  readonly clock = new VirtualClock();
  /** @internal */
  readonly watch = new CryptoWatch();
  /** @internal */
  readonly crypto: CryptoProvider = watchedCrypto(nativeProvider, this.watch);
  readonly #invariants = new Invariants(this.watch);
  readonly #random: SeededRandom;
  readonly #trace = new Trace(TRACE);

  constructor(seed: string) {
    this.seed = seed;
    this.#random = new SeededRandom(seed);
  }

  get now(): Instant {
    return this.clock.now;
  }

  host(options: HostOptions): Host {
    return new Host(this, this.#random.fork(`host ${options.name}`), options);
  }
  link(a: Attachment, b: Attachment, quality: Partial<LinkQuality> = {}): Link {
    return new Link(this.clock, this.#random.fork(`link ${a.name}-${b.name}`), [a, b], quality);
  }
  natBox(options: NatBoxOptions): NatBox {
    return new NatBox(this.clock, options);
  }
  router(name: string): Router {
    return new Router(name);
  }
  /** Chances for a scenario, by a name of its own. */
  chance(name: string): SeededRandom {
    return this.#random.fork(`scenario ${name}`);
  }

  /** Lets so much time pass. */
  run(duration: Duration): void {
    const end = after(this.now, duration);
    this.#explained(() => {
      while ((this.clock.next ?? Number.POSITIVE_INFINITY) <= end) this.clock.step();
      this.clock.advance(end);
    });
  }
  /** Lets time pass until something is so, at most so much; whether it came to be so. */
  runUntil(predicate: () => boolean, limit: Duration): boolean {
    const end = after(this.now, limit);
    return this.#explained(() => {
      while (!predicate()) {
        if ((this.clock.next ?? Number.POSITIVE_INFINITY) > end) {
          this.clock.advance(end);
          return predicate();
        }
        this.clock.step();
      }
      return true;
    });
  }
  /** @internal */
  effect(host: Host, effect: Effect): void {
    this.#trace.add(this.now, host.name, effect);
    this.#invariants.effect(host, effect);
  }
  /** @internal */
  settled(host: Host): void {
    this.#invariants.settled(host);
  }

  /** What happened last, oldest first: what a failure is looked at with. */
  trace(): string {
    return this.#trace.toString();
  }

  #explained<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof Error) error.message += `\n  at ${this.now} ms, seed ${this.seed}\n${this.trace()}`;
      throw error;
    }
  }
}
