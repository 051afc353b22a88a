import { after, type Duration, type Instant, milliseconds } from '../base/instant.ts';
import type { Scheduled, VirtualClock } from '../sim/virtual-clock.ts';

/** A gateway's own time: it stops for nobody, may jump ahead of the world's, and while the gateway is frozen nothing of it happens. */
export class HostClock {
  readonly #world: VirtualClock;
  #ahead = milliseconds(0);
  #frozen = false;
  readonly #waiting = new Set<() => void>();
  /** What is to happen, with the moments of this clock. */
  readonly #entries = new Set<{ readonly at: Instant; scheduled: Scheduled; readonly run: () => void }>();

  constructor(world: VirtualClock) {
    this.#world = world;
  }

  get now(): Instant {
    return after(this.#world.now, this.#ahead);
  }

  at(moment: Instant, work: () => void): Scheduled {
    const run = (): void => {
      if (this.#frozen) {
        this.#waiting.add(run);
        return;
      }
      this.#entries.delete(entry);
      work();
    };
    const entry = { at: moment, scheduled: this.#inWorld(moment, run), run };
    this.#entries.add(entry);
    return {
      at: moment,
      cancel: () => {
        entry.scheduled.cancel();
        this.#waiting.delete(run);
        this.#entries.delete(entry);
      },
    };
  }
  after(delay: Duration, work: () => void): Scheduled {
    return this.at(after(this.now, delay), work);
  }

  freeze(): void {
    this.#frozen = true;
  }
  /** What would have happened meanwhile happens now. */
  thaw(): void {
    this.#frozen = false;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const run of waiting) run();
  }

  /** Everything that was to come in this time comes now. */
  jump(by: Duration): void {
    this.#ahead = milliseconds(this.#ahead + by);
    for (const entry of this.#entries) {
      entry.scheduled.cancel();
      entry.scheduled = this.#inWorld(entry.at, entry.run);
    }
  }

  #inWorld(moment: Instant, work: () => void): Scheduled {
    const left = Math.max(0, moment - this.now);
    return this.#world.after(milliseconds(left), work);
  }
}
