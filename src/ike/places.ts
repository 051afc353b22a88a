import { after, type Duration, type Instant, milliseconds } from '../base/instant.ts';
import { type Random, randomFraction, randomU32 } from '../base/random.ts';

export interface PlacesOptions {
  readonly capacity: number;
  /** What one source may hold before it has to give way to others. */
  readonly fairShare: number;
  /** How long a place is safe; each for half to one and a half times as long, so that nobody can tell when it ends. */
  readonly grace: Duration;
  readonly random: Random;
}

interface Place {
  readonly source: string;
  readonly safeUntil: Instant;
}

/**
 * A bounded number of places for what anybody may ask for, and who has to go when they are all taken:
 *
 * - of the source that holds most, where that is more than a fair share and the newcomer's source has no more than one: at once;
 * - else one that chance picks, and only where it has had its time; otherwise the newcomer is refused, who can ask again.
 *
 * A place that is given away early costs who had it the whole of its retransmissions, a refusal only the next one. So a flood at a rate r
 * lets through one of 1 + r · grace / capacity, whom it lets in gets on, and no more than capacity / grace a second are let in at all.
 * Chance, because an order could be foreseen by who floods.
 */
export class Places<T> {
  readonly #options: PlacesOptions;
  readonly #all = new Map<T, Place>();
  readonly #any = new Bag<T>();
  readonly #bySource = new Map<string, Bag<T>>();
  /** Sources that hold more than a fair share. */
  readonly #crowds = new Set<string>();

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Whether there is room for one more from a source, and whom it costs the place. */
  roomFor(source: string, now: Instant): { readonly room: true; readonly displaced?: T } | { readonly room: false } {
    const { capacity, fairShare, random } = this.#options;
    if (this.#all.size < capacity) return { room: true };
    const crowd = this.#largestCrowd();
    const picked = (crowd ?? this.#any).pick(random);
    if (picked === undefined) return { room: false };
    const givesWay = crowd !== undefined && this.#held(source) <= fairShare;
    const hadItsTime = (this.#all.get(picked)?.safeUntil ?? now) <= now;
    return givesWay || hadItsTime ? { room: true, displaced: picked } : { room: false };
  }

  add(item: T, source: string, now: Instant): void {
    const { fairShare, grace, random } = this.#options;
    const safe = milliseconds(grace * (0.5 + randomFraction(random)));
    this.#all.set(item, { source, safeUntil: after(now, safe) });
    this.#any.add(item);
    const own = this.#bySource.get(source) ?? new Bag<T>();
    own.add(item);
    this.#bySource.set(source, own);
    if (own.size > fairShare) this.#crowds.add(source);
  }

  delete(item: T): void {
    const place = this.#all.get(item);
    if (place === undefined) return;
    const { source } = place;
    this.#all.delete(item);
    this.#any.delete(item);
    this.#bySource.get(source)?.delete(item);
    if (this.#held(source) === 0) this.#bySource.delete(source);
    if (this.#held(source) <= this.#options.fairShare) this.#crowds.delete(source);
  }

  #held(source: string): number {
    return this.#bySource.get(source)?.size ?? 0;
  }

  #largestCrowd(): Bag<T> | undefined {
    let largest: Bag<T> | undefined;
    for (const source of this.#crowds) {
      const bag = this.#bySource.get(source);
      if (bag !== undefined && bag.size > (largest?.size ?? 0)) largest = bag;
    }
    return largest;
  }
}

/** A set that one can be picked from by chance, whatever its size. */
class Bag<T> {
  readonly #items: T[] = [];
  readonly #at = new Map<T, number>();

  get size(): number {
    return this.#items.length;
  }
  add(item: T): void {
    this.#at.set(item, this.#items.length);
    this.#items.push(item);
  }
  delete(item: T): void {
    const at = this.#at.get(item);
    if (at === undefined) return;
    this.#at.delete(item);
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    this.#items[at] = last;
    this.#at.set(last, at);
  }
  pick(random: Random): T | undefined {
    return this.#items[randomU32(random) % this.#items.length];
  }
}
