import { sameData } from '../../base/same-data.ts';
import { DIRECTIONS, type StandingPolicy, type XfrmPolicy, type XfrmPolicyId } from './policy.ts';
import { policyKey, priorityOf } from './traffic.ts';
import type { XfrmNetlink } from './xfrm-netlink.ts';

/** What somebody wants to happen to packets. */
export type Wish = Pick<XfrmPolicy, 'action' | 'template'> & {
  /** Whatever other policies fit, this one is used. */
  readonly first?: true;
};

/** The same for the policies that it takes. */
export type Wanted = readonly (readonly [id: XfrmPolicyId, wish: Wish])[];

/** Who wants it; an SA has more to say than the guard of its tunnel. */
export interface Holder {
  readonly name: string;
  readonly rank: 'left' | 'guard' | 'bypass' | 'sa' | 'apart';
}

interface Claim extends Holder {
  readonly wish: Wish;
}

interface Row {
  readonly id: XfrmPolicyId;
  readonly index: number;
  /** Oldest first. */
  claims: Claim[];
  /** `something` is what an earlier process wanted. */
  installed: Wish | 'something' | undefined;
}

const RANKS = { left: 0, guard: 1, bypass: 2, sa: 3, apart: 4 } as const;
/** Ours: the range of the indexes of our policies; their lowest three bits are for the direction. */
const FIRST_INDEX = 0x2d00_0000;
const LAST_INDEX = 0x2dff_ffff;
/** Below what the narrowest selector has. */
const FIRST_PRIORITY = 1;
const LEFT: Holder = { name: 'left', rank: 'left' };

/** Whether a policy is of a gateway of ours. */
export const isOurs = ({ index }: Pick<XfrmPolicy, 'index'>): boolean => index >= FIRST_INDEX && index <= LAST_INDEX;

/**
 * The policies that are ours, by selector and direction, because the kernel has one for each (design: policies are counted by selector).
 *
 * Whatever changes is one update in place: at no moment is there no policy, and no packet leaves in clear.
 */
export class PolicyTable {
  readonly #kernel: Pick<XfrmNetlink, 'addPolicy' | 'replacePolicy' | 'deletePolicy'>;
  readonly #rows = new Map<string, Row>();
  /** The rows in which each holder has a claim, by its name. */
  readonly #held = new Map<string, ReadonlySet<string>>();
  readonly #indexes = new Set<number>();
  #next = FIRST_INDEX;

  constructor(kernel: Pick<XfrmNetlink, 'addPolicy' | 'replacePolicy' | 'deletePolicy'>) {
    this.#kernel = kernel;
  }

  /**
   * Policies of ours that a process before this one left become part of the table: what needed a state only blocks from now on, because the
   * states are to go. They stand as long as nobody wants anything else of them, until `forget`.
   */
  adopt(left: readonly StandingPolicy[]): void {
    const keys = new Set<string>();
    for (const { index, action, needsState, ...named } of left) {
      const wish: Wish = { action: needsState ? 'block' : action };
      const row: Row = { id: idOf(named), index, claims: [{ ...LEFT, wish }], installed: 'something' };
      const key = policyKey(row.id);
      keys.add(key);
      this.#rows.set(key, row);
      this.#indexes.add(index);
      this.#settle(key, row);
    }
    this.#held.set(LEFT.name, keys);
  }

  /** Takes away what was adopted and nobody wants. */
  forget(): void {
    this.release(LEFT.name);
  }

  /** From now on these are all that a holder wants; what it wanted before and does no longer, is released afterwards. */
  hold(holder: Holder, wanted: Wanted): void {
    const before = this.#held.get(holder.name) ?? new Set();
    const keys = new Set(wanted.map(([id]) => policyKey(id)));
    // Where the kernel refuses one, the holder has what it had and what came until then.
    this.#held.set(holder.name, new Set([...before, ...keys]));
    for (const [id, wish] of wanted) {
      const key = policyKey(id);
      const row = this.#rows.get(key) ?? { id, index: this.#index(id), claims: [], installed: undefined };
      this.#rows.set(key, row);
      row.claims = [...row.claims.filter(({ name }) => name !== holder.name), { ...holder, wish }];
      this.#settle(key, row);
    }
    for (const key of before) if (!keys.has(key)) this.#release(key, holder.name);
    if (keys.size > 0) this.#held.set(holder.name, keys);
    else this.#held.delete(holder.name);
  }

  release(name: string): void {
    for (const key of this.#held.get(name) ?? []) this.#release(key, name);
    this.#held.delete(name);
  }

  /** The holders of a policy of ours; none for those of others. */
  holders(id: XfrmPolicyId): readonly string[] {
    return this.#rows.get(policyKey(id))?.claims.map(({ name }) => name) ?? [];
  }

  /** Adds those again that are not among what stands. */
  restore(standing: readonly XfrmPolicyId[]): void {
    const keys = new Set(standing.map(policyKey));
    for (const [key, row] of this.#rows) {
      if (keys.has(key)) continue;
      row.installed = undefined;
      this.#settle(key, row);
    }
  }

  /** Takes everything away that is ours, but what was adopted and not forgotten: that guards as it did. */
  close(): void {
    for (const [key, row] of this.#rows) {
      row.claims = row.claims.filter(({ rank }) => rank === LEFT.rank);
      this.#settle(key, row);
    }
    this.#rows.clear();
    this.#held.clear();
    this.#indexes.clear();
  }

  #release(key: string, name: string): void {
    const row = this.#rows.get(key);
    if (row === undefined) return;
    row.claims = row.claims.filter((claim) => claim.name !== name);
    this.#settle(key, row);
  }

  #settle(key: string, row: Row): void {
    const highest = Math.max(...row.claims.map(({ rank }) => RANKS[rank]));
    const wish = row.claims.findLast(({ rank }) => RANKS[rank] === highest)?.wish;
    if (wish === undefined) {
      this.#rows.delete(key);
      this.#indexes.delete(row.index);
      this.#kernel.deletePolicy(row.id);
      return;
    }
    if (row.installed !== undefined && sameData(row.installed, wish)) return;
    const { first, ...does } = wish;
    const priority = first === true ? FIRST_PRIORITY : priorityOf(row.id.selector);
    const policy = { ...row.id, priority, index: row.index, ...does };
    if (row.installed === undefined) this.#kernel.addPolicy(policy);
    else this.#kernel.replacePolicy(policy);
    row.installed = wish;
  }

  /** The next that no policy has: for one that is taken the kernel would choose another, by which nobody knows it. */
  #index({ direction }: XfrmPolicyId): number {
    for (;;) {
      const index = this.#next + DIRECTIONS[direction];
      this.#next = this.#next + 8 < LAST_INDEX ? this.#next + 8 : FIRST_INDEX;
      if (this.#indexes.has(index)) continue;
      this.#indexes.add(index);
      return index;
    }
  }
}

const idOf = ({ direction, selector, mark, interfaceId }: XfrmPolicyId): XfrmPolicyId => ({
  ...{ direction, selector },
  ...(mark && { mark }),
  ...(interfaceId !== undefined && { interfaceId }),
});
