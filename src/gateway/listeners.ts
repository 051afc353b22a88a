import type { GatewayEvent, TimelessEvent } from './events.ts';

/** Who hears of what happens. */
export class Listeners {
  readonly #all = new Set<(event: GatewayEvent) => void>();

  /** Returns the way to end it. */
  add(listener: (event: GatewayEvent) => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  tell(event: TimelessEvent): void {
    if (this.#all.size === 0) return;
    const timed: GatewayEvent = { time: Date.now(), ...event };
    for (const listener of this.#all) {
      try {
        listener(timed);
      } catch {
        // An observer must not take the gateway down; what it does with its own errors is its own affair.
      }
    }
  }
}
