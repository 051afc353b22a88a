import type { Instant } from './instant.ts';

/** Deadlines by name. Few enough (some a negotiation) that looking through them beats a heap. */
export class Timers<K> {
  readonly #deadlines = new Map<K, Instant>();

  /** A later call for the same name replaces the deadline. */
  set(key: K, at: Instant): void {
    this.#deadlines.set(key, at);
  }
  clear(key: K): void {
    this.#deadlines.delete(key);
  }
  at(key: K): Instant | undefined {
    return this.#deadlines.get(key);
  }
  next(): { readonly key: K; readonly at: Instant } | undefined {
    let next: { key: K; at: Instant } | undefined;
    for (const [key, at] of this.#deadlines) if (next === undefined || at < next.at) next = { key, at };
    return next;
  }
  /** Removes and returns the names whose deadline has passed, earliest first. */
  due(now: Instant): K[] {
    const due = [...this.#deadlines].filter(([, at]) => at <= now).sort(([, a], [, b]) => a - b);
    for (const [key] of due) this.#deadlines.delete(key);
    return due.map(([key]) => key);
  }
}
