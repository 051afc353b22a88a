import { IkeError } from '../base/errors.ts';
import { after, type Duration, type Instant, instant } from '../base/instant.ts';

/** Something that is to happen; `cancel` makes it not happen. */
export interface Scheduled {
  readonly at: Instant;
  cancel(): void;
}

interface Entry extends Scheduled {
  readonly order: number;
  work: (() => void) | undefined;
}

/**
 * Time that passes only when it is told to: what is to happen, by moment, and at one moment in the order in which it was asked for.
 * The same calls give the same order, so a run that draws its chances from a seed is the same run every time.
 */
export class VirtualClock {
  /** A binary heap, the next thing at its root. */
  readonly #heap: Entry[] = [];
  #now = instant(0);
  #order = 0;

  get now(): Instant {
    return this.#now;
  }
  /** When the next thing happens; undefined where nothing is to come. */
  get next(): Instant | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.at;
  }

  /** @throws IkeError TIME_WENT_BACKWARDS for a moment that has passed. */
  at(moment: Instant, work: () => void): Scheduled {
    if (!(moment >= this.#now)) throw new IkeError('TIME_WENT_BACKWARDS', { now: moment, before: this.#now });
    const entry: Entry = {
      at: moment,
      order: this.#order++,
      work,
      cancel() {
        entry.work = undefined;
      },
    };
    this.#push(entry);
    return entry;
  }
  after(delay: Duration, work: () => void): Scheduled {
    return this.at(after(this.#now, delay), work);
  }

  /** Goes to the next thing and does it; false where nothing is to come. */
  step(): boolean {
    this.#dropCancelled();
    const entry = this.#pop();
    if (entry === undefined) return false;
    this.#now = entry.at;
    entry.work?.();
    return true;
  }
  /** Goes to a moment before which nothing is to come. */
  advance(moment: Instant): void {
    if (moment < this.#now || (this.next ?? moment) < moment)
      throw new IkeError('INVALID_ARGUMENT', { what: 'moment to advance to', moment, now: this.#now });
    this.#now = moment;
  }

  #dropCancelled(): void {
    while (this.#heap.length > 0 && this.#heap[0]?.work === undefined) this.#pop();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    for (;;) {
      const above = (at - 1) >> 1;
      const parent = at > 0 ? heap[above] : undefined;
      if (parent === undefined || isBefore(parent, entry)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const root = heap[0];
    const last = heap.pop();
    if (root === undefined || last === undefined || heap.length === 0) return root;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      const child = a !== undefined && b !== undefined && isBefore(b, a) ? left + 1 : left;
      const smaller = heap[child];
      if (smaller === undefined || isBefore(last, smaller)) break;
      heap[at] = smaller;
      at = child;
    }
    heap[at] = last;
    return root;
  }
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
