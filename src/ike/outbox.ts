import type { Effect } from './effects.ts';
import type { IkeEvent } from './events.ts';

/** Collects the effects of one call into the engine, in their order. */
export class Outbox {
  #effects: Effect[] = [];

  push(effect: Effect): void {
    this.#effects.push(effect);
  }
  event(event: IkeEvent): void {
    this.#effects.push({ type: 'event', event });
  }
  take(): Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}
