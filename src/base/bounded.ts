/** A map that never holds more than `capacity` entries: the oldest makes room, and the caller is told which. */
export class BoundedMap<K, V> {
  readonly #capacity: number;
  readonly #entries = new Map<K, V>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }
  get size(): number {
    return this.#entries.size;
  }
  has(key: K): boolean {
    return this.#entries.has(key);
  }
  get(key: K): V | undefined {
    return this.#entries.get(key);
  }
  delete(key: K): boolean {
    return this.#entries.delete(key);
  }
  /** Keeps the place in the order of an entry that is there already. Returns the entry that had to go, if one had to. */
  set(key: K, value: V): readonly [K, V] | undefined {
    const full = !this.#entries.has(key) && this.#entries.size >= this.#capacity;
    const oldest = full ? this.#entries.entries().next().value : undefined;
    if (oldest !== undefined) this.#entries.delete(oldest[0]);
    this.#entries.set(key, value);
    return oldest;
  }
  entries(): IterableIterator<[K, V]> {
    return this.#entries.entries();
  }
  values(): IterableIterator<V> {
    return this.#entries.values();
  }
}
