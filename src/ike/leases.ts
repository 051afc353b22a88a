import type { IpAddress } from '../base/address.ts';
import { AddressPool } from './address-pool.ts';
import type { IpsecPair } from './ipsec-pair.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { ConnectionPolicy } from './negotiate/policy.ts';
import { peerOf } from './peer.ts';

/** The addresses that the peers of one connection have of us, where it gives any. */
export class Leases {
  /** One of each IP version at most. */
  readonly #pools: readonly AddressPool[];
  readonly #of: { readonly sas: Iterable<IsakmpSa>; readonly pairs: ReadonlyMap<number, IpsecPair> };

  constructor(
    { modeConfig }: ConnectionPolicy,
    of: { sas: Iterable<IsakmpSa>; pairs: ReadonlyMap<number, IpsecPair> },
  ) {
    this.#pools = (modeConfig?.gives?.pools ?? []).map((pool) => new AddressPool(pool));
    this.#of = of;
  }

  get size(): number {
    return Math.max(0, ...this.#pools.map(({ leases }) => leases));
  }
  /** One of each pool for the peer of this SA, the same as long as it has anything here; undefined where one of them has none left. */
  lease(sa: IsakmpSa): readonly IpAddress[] | undefined {
    const peer = peerOf(sa);
    const leased = this.#pools.flatMap((pool) => pool.lease(peer) ?? []);
    return leased.length === this.#pools.length ? leased : undefined;
  }
  /** Something of a peer has ended; when it was the last, its addresses are free. */
  left(peer: string): void {
    if (this.#pools.length === 0) return;
    const { sas, pairs } = this.#of;
    if ([...sas].some((sa) => peerOf(sa) === peer) || [...pairs.values()].some((pair) => pair.peer === peer)) return;
    for (const pool of this.#pools) pool.release(peer);
  }
}
