/** Ours: out of the way of the small numbers that other key daemons count from. */
const FIRST = 0x53a1_0000;

/** Numbers that tie the states of a tunnel to its policies: one for each traffic, the same for an SA and its successor. */
export class Reqids {
  readonly #held = new Map<string, { readonly reqid: number; readonly holders: Set<string> }>();
  #next = 0;

  of(traffic: string, holder: string): number {
    const held = this.#held.get(traffic) ?? { reqid: FIRST + this.#next++, holders: new Set<string>() };
    this.#held.set(traffic, held);
    held.holders.add(holder);
    return held.reqid;
  }

  release(holder: string): void {
    for (const [traffic, { holders }] of this.#held)
      if (holders.delete(holder) && holders.size === 0) this.#held.delete(traffic);
  }
}
