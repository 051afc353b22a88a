/** Ours: out of the way of the small numbers that other key daemons count from. */
const FIRST = 0x53a1_0000;
/** For states that are an SPI and nothing more. */
export const LARVAL_REQID = 0x53af_ffff;

/** Whether a state is of a gateway of ours. */
export const isOurReqid = (reqid: number): boolean => reqid >= FIRST && reqid <= LARVAL_REQID;

/** Numbers that tie the states of a tunnel to its policies: one for each traffic, the same for an SA and its successor. */
export class Reqids {
  readonly #held = new Map<string, { readonly reqid: number; readonly holders: Set<string> }>();
  #avoided: ReadonlySet<number> = new Set();
  #next = FIRST;

  /** These are in states that nobody can take away. */
  avoid(reqids: ReadonlySet<number>): void {
    this.#avoided = reqids;
  }

  of(traffic: string, holder: string): number {
    const held = this.#held.get(traffic) ?? { reqid: this.#free(), holders: new Set<string>() };
    this.#held.set(traffic, held);
    held.holders.add(holder);
    return held.reqid;
  }

  release(holder: string): void {
    for (const [traffic, { holders }] of this.#held)
      if (holders.delete(holder) && holders.size === 0) this.#held.delete(traffic);
  }

  /** The next that nobody has, and after the last the first. */
  #free(): number {
    const taken = new Set([...this.#held.values()].map(({ reqid }) => reqid));
    for (;;) {
      const reqid = this.#next;
      this.#next = reqid + 1 < LARVAL_REQID ? reqid + 1 : FIRST;
      if (!taken.has(reqid) && !this.#avoided.has(reqid)) return reqid;
    }
  }
}
