import type { GuardedTraffic } from '../backend.ts';
import { passagesBetween } from './passages.ts';
import type { PolicyTable, Wish } from './policy-table.ts';
import type { Reqids } from './reqids.ts';
import { ownTraffic } from './traffic.ts';
import { BLOCK, IN_CLEAR, wishes } from './wishes.ts';

type TunnelName = Pick<GuardedTraffic, 'connection' | 'tunnel'>;

/** What becomes of the packets of tunnels that have no SA. */
export class KernelGuards {
  readonly #policies: PolicyTable;
  readonly #reqids: Reqids;
  readonly #held = new Map<string, GuardedTraffic>();

  constructor(policies: PolicyTable, reqids: Reqids) {
    this.#policies = policies;
    this.#reqids = reqids;
  }

  hold(traffic: GuardedTraffic): void {
    const name = guardName(traffic);
    const own = ownTraffic(traffic);
    if (own !== undefined) this.#policies.hold({ name: `${name} own`, rank: 'bypass' }, wishes(own, IN_CLEAR));
    this.#guard(name, traffic);
    if (own === undefined) this.#policies.release(`${name} own`);
    const before = this.#held.get(name);
    this.#held.set(name, traffic);
    this.#keepApart(name, traffic);
    if (before !== undefined) this.#keepOthersApart(before);
  }

  release(tunnel: TunnelName): void {
    const name = guardName(tunnel);
    const gone = this.#held.get(name);
    this.#held.delete(name);
    for (const holder of [name, `${name} own`, `${name} apart`]) this.#policies.release(holder);
    this.#reqids.release(name);
    if (gone !== undefined) this.#keepOthersApart(gone);
  }

  /** A trap beneath an SA becomes a new one, before the SA goes. */
  renew(tunnel: TunnelName): void {
    const name = guardName(tunnel);
    const guard = this.#held.get(name);
    if (guard?.without === 'trap') this.#guard(name, guard);
  }

  /** Whoever of the holders of a policy is a guard. */
  among(holders: readonly string[]): readonly GuardedTraffic[] {
    return holders.flatMap((name) => this.#held.get(name) ?? []);
  }

  /** What comes out of one tunnel does not go on into another, unless both forward: before everything else that is said of its packets. */
  #keepApart(name: string, traffic: GuardedTraffic): void {
    const passages = [...this.#held.values()].flatMap((other) => passagesBetween(traffic, other));
    const apart = passages.flatMap((between) => wishes(between, { action: 'block', first: true }, ['fwd']));
    this.#policies.hold({ name: `${name} apart`, rank: 'apart' }, apart);
  }

  /** What others hold because of a guard that is gone or another one now. */
  #keepOthersApart(before: GuardedTraffic): void {
    for (const [other, traffic] of this.#held)
      if (passagesBetween(before, traffic).length > 0) this.#keepApart(other, traffic);
  }

  /**
   * A trap has a reqid that no trap had before: for half a minute after a packet has met one, the kernel has a larval state with its
   * reqid, and asks for no other.
   */
  #guard(name: string, traffic: GuardedTraffic): void {
    this.#reqids.release(name);
    const trap = (): Wish => ({ action: 'allow', template: { reqid: this.#reqids.of(name, name), mode: 'tunnel' } });
    this.#policies.hold({ name, rank: 'guard' }, wishes(traffic, traffic.without === 'block' ? BLOCK : trap()));
  }
}

/** The same for routes, which are held under it as well. */
export const guardName = ({ connection, tunnel }: TunnelName): string => JSON.stringify(['guard', connection, tunnel]);
