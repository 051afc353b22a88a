/** Ours: a quarter of the places stays free, so that a search ends soon. */
const LOAD = 0.75;

/** A set of numbers from 1 to 2^32 - 1 in five to eleven octets each, where a `Set` takes about forty. Nothing is ever taken out. */
export class NumberSet {
  #places = new Uint32Array(16);
  #size = 0;

  get size(): number {
    return this.#size;
  }
  has(number: number): boolean {
    return number !== 0 && this.#places[this.#find(number)] === number;
  }
  /** 0, which marks a free place, is never in it. */
  add(number: number): void {
    if (number === 0 || this.has(number)) return;
    if (this.#size >= this.#places.length * LOAD) this.#grow();
    this.#places[this.#find(number)] = number;
    this.#size++;
  }

  #grow(): void {
    const before = this.#places;
    this.#places = new Uint32Array(before.length * 2);
    for (const number of before) if (number !== 0) this.#places[this.#find(number)] = number;
  }
  /** Where it is, or would be. */
  #find(number: number): number {
    const last = this.#places.length - 1;
    // By the golden ratio, so that numbers in a row lie apart.
    let at = (Math.imul(number, 0x9e_37_79_b1) >>> 7) & last;
    while (this.#places[at] !== 0 && this.#places[at] !== number) at = (at + 1) & last;
    return at;
  }
}
