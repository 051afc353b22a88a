import { sameData } from '../../base/same-data.ts';
import { DIRECTIONS, type XfrmPolicy, type XfrmPolicyId } from './policy.ts';
import { policyKey, priorityOf } from './traffic.ts';
import type { XfrmNetlink } from './xfrm-netlink.ts';

/** What somebody wants to happen to packets. */
export type Wish = Pick<XfrmPolicy, 'action' | 'template'>;

/** Who wants it; an SA has more to say than the guard of its tunnel. */
export interface Holder {
  readonly name: string;
  readonly rank: 'guard' | 'bypass' | 'sa';
}

interface Claim extends Holder {
  readonly wish: Wish;
}

interface Row {
  readonly id: XfrmPolicyId;
  readonly index: number;
  /** Oldest first. */
  claims: Claim[];
  installed: Wish | undefined;
}

const RANKS = { guard: 0, bypass: 1, sa: 2 } as const;
/** Ours: where the indexes of our policies begin; their lowest three bits are for the direction. */
const FIRST_INDEX = 0x2d00_0000;

/**
 * The policies that are ours, by selector and direction, because the kernel has one for each (design: policies are counted by selector).
 *
 * Whatever changes is one update in place: at no moment is there no policy, and no packet leaves in clear.
 */
export class PolicyTable {
  readonly #kernel: Pick<XfrmNetlink, 'addPolicy' | 'replacePolicy' | 'deletePolicy'>;
  readonly #rows = new Map<string, Row>();
  #next = 0;

  constructor(kernel: Pick<XfrmNetlink, 'addPolicy' | 'replacePolicy' | 'deletePolicy'>) {
    this.#kernel = kernel;
  }

  /** From now on these are all that a holder wants; what it wanted before and does no longer, is released afterwards. */
  hold(holder: Holder, wanted: readonly (readonly [id: XfrmPolicyId, wish: Wish])[]): void {
    const keys = new Set<string>();
    for (const [id, wish] of wanted) {
      const key = policyKey(id);
      keys.add(key);
      const row = this.#rows.get(key) ?? { id, index: this.#index(id), claims: [], installed: undefined };
      this.#rows.set(key, row);
      row.claims = [...row.claims.filter(({ name }) => name !== holder.name), { ...holder, wish }];
      this.#settle(key, row);
    }
    for (const [key, row] of this.#rows) if (!keys.has(key)) this.#release(key, row, holder.name);
  }

  release(name: string): void {
    for (const [key, row] of this.#rows) this.#release(key, row, name);
  }

  /** The holders of a policy of ours; none for those of others. */
  holders(id: XfrmPolicyId): readonly string[] {
    return this.#rows.get(policyKey(id))?.claims.map(({ name }) => name) ?? [];
  }

  /** Takes everything away that is ours. */
  close(): void {
    for (const { id } of this.#rows.values()) this.#kernel.deletePolicy(id);
    this.#rows.clear();
  }

  #release(key: string, row: Row, name: string): void {
    const left = row.claims.filter((claim) => claim.name !== name);
    if (left.length === row.claims.length) return;
    row.claims = left;
    this.#settle(key, row);
  }

  #settle(key: string, row: Row): void {
    const highest = Math.max(...row.claims.map(({ rank }) => RANKS[rank]));
    const wish = row.claims.findLast(({ rank }) => RANKS[rank] === highest)?.wish;
    if (wish === undefined) {
      this.#rows.delete(key);
      this.#kernel.deletePolicy(row.id);
      return;
    }
    if (row.installed !== undefined && sameData(row.installed, wish)) return;
    const policy = { ...row.id, priority: priorityOf(row.id.selector), index: row.index, ...wish };
    if (row.installed === undefined) this.#kernel.addPolicy(policy);
    else this.#kernel.replacePolicy(policy);
    row.installed = wish;
  }

  #index({ direction }: XfrmPolicyId): number {
    return FIRST_INDEX + 8 * this.#next++ + DIRECTIONS[direction];
  }
}
