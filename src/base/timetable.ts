import type { Instant } from './instant.ts';

interface Entry<T> {
  readonly at: Instant;
  readonly thing: T;
}

/**
 * When each of many things is due next. To change one and to ask for the earliest takes a time that grows with the logarithm of
 * their number, so that ten thousand tunnels at rest cost nothing at each packet of one.
 */
export class Timetable<T> {
  readonly #due = new Map<T, Entry<T>>();
  /** A binary heap, the earliest first. Entries that count no longer stay in it until they come up. */
  #heap: Entry<T>[] = [];

  /** From now on it is due at this time and no other; undefined is never. */
  set(thing: T, at: Instant | undefined): void {
    if (this.#due.get(thing)?.at === at) return;
    if (at === undefined) this.#due.delete(thing);
    else {
      const entry = { at, thing };
      this.#due.set(thing, entry);
      this.#push(entry);
    }
    if (this.#heap.length > 2 * this.#due.size + SLACK) this.#rebuild();
  }

  /** The earliest time at which anything is due. */
  next(): Instant | undefined {
    let first = this.#heap[0];
    while (first !== undefined && this.#due.get(first.thing) !== first) {
      this.#pop();
      first = this.#heap[0];
    }
    return first?.at;
  }

  /** Everything that is due by now, the earliest first. It stays due until it is set anew. */
  due(now: Instant): T[] {
    const found: Entry<T>[] = [];
    for (let next = this.next(); next !== undefined && next <= now; next = this.next()) {
      const first = this.#heap[0];
      if (first === undefined) break;
      found.push(first);
      this.#pop();
    }
    for (const entry of found) this.#push(entry);
    return found.map(({ thing }) => thing);
  }

  #push(entry: Entry<T>): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || parent.at <= entry.at) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      const down = right !== undefined && left !== undefined && right.at < left.at ? 2 * at + 2 : 2 * at + 1;
      const child = heap[down];
      if (child === undefined || child.at >= last.at) break;
      heap[at] = child;
      at = down;
    }
    heap[at] = last;
  }

  /** Without what counts no longer. */
  #rebuild(): void {
    this.#heap = [];
    for (const entry of this.#due.values()) this.#push(entry);
  }
}

/** Ours: below this, dead entries are not worth the work. */
const SLACK = 64;
