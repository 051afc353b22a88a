import { type EventFilter, passes } from './event-filter.ts';
import type { KeptEvent, Level, TimedEvent } from './kept-event.ts';

/** Where events come from. */
export interface EventSource {
  /** Every event from now on, until the returned function is called. A listener must not throw. */
  subscribe(listener: (event: TimedEvent) => void): () => void;
}

/** Ours: a thousand of the loud ones last a gateway of hundreds of tunnels for hours, and take about half a megabyte. */
const MOST_KEPT = 1000;

/**
 * The last thousand events that are not `debug`, and everybody who wants to hear of new ones. What is `debug` (each message, each question of
 * DPD) would drive out what a person looks for afterwards, so it is told and not kept.
 */
export class EventFeed {
  readonly #kept: KeptEvent[] = [];
  readonly #readers = new Set<(event: KeptEvent) => void>();
  readonly #end: () => void;
  #count = 0;

  /** `eventLevel` is how loud the events of a name are. */
  constructor(source: EventSource, eventLevel: (name: string) => Level) {
    this.#end = source.subscribe((event) => this.#add(event, eventLevel(event.name)));
  }

  /** How many read it. */
  get readers(): number {
    return this.#readers.size;
  }

  /** The newest that pass, at most `most`, the oldest first. */
  last(most: number, filter: EventFilter = {}): readonly KeptEvent[] {
    const passing = this.#kept.filter((event) => passes(filter, event));
    return passing.slice(Math.max(0, passing.length - most));
  }

  /** Those after the one that is called so; undefined where it is not kept (any more), so that nobody can say what was missed. */
  after(id: string, filter: EventFilter = {}): readonly KeptEvent[] | undefined {
    const at = this.#kept.findIndex((event) => event.id === id);
    return at < 0 ? undefined : this.#kept.slice(at + 1).filter((event) => passes(filter, event));
  }

  /** Calls `reader` with each event from now on that passes. Returns the way to end it. */
  read(reader: (event: KeptEvent) => void, filter: EventFilter = {}): () => void {
    const filtered = (event: KeptEvent): void => {
      if (passes(filter, event)) reader(event);
    };
    this.#readers.add(filtered);
    return () => this.#readers.delete(filtered);
  }

  /** Ends the subscription: nothing comes any more. */
  close(): void {
    this.#end();
    this.#readers.clear();
  }

  #add(event: TimedEvent, level: Level): void {
    this.#count += 1;
    // With the time in it, the name of an event of an earlier process is not mistaken for one of this.
    const kept = { id: `${event.time}-${this.#count}`, level, event };
    if (level !== 'debug' && this.#kept.push(kept) > MOST_KEPT) this.#kept.shift();
    for (const reader of this.#readers) reader(kept);
  }
}
