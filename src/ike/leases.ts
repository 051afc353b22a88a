import type { IpAddress } from '../base/address.ts';
import { AddressPool } from './address-pool.ts';
import type { IpsecPair } from './ipsec-pair.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { ConnectionPolicy } from './negotiate/policy.ts';
import { peerOf } from './peer.ts';

/** The addresses that the peers of one connection have of us, where it gives any. */
export class Leases {
  readonly #pool: AddressPool | undefined;
  readonly #of: { readonly sas: Iterable<IsakmpSa>; readonly pairs: ReadonlyMap<number, IpsecPair> };

  constructor(
    { modeConfig }: ConnectionPolicy,
    of: { sas: Iterable<IsakmpSa>; pairs: ReadonlyMap<number, IpsecPair> },
  ) {
    const gives = modeConfig?.gives;
    this.#pool = gives === undefined ? undefined : new AddressPool(gives.pool);
    this.#of = of;
  }

  get size(): number {
    return this.#pool?.leases ?? 0;
  }
  /** One for the peer of this SA, the same as long as it has anything here; undefined where none is left. */
  lease(sa: IsakmpSa): IpAddress | undefined {
    return this.#pool?.lease(peerOf(sa));
  }
  /** Something of a peer has ended; when it was the last, its address is free. */
  left(peer: string): void {
    if (this.#pool === undefined) return;
    const { sas, pairs } = this.#of;
    if ([...sas].some((sa) => peerOf(sa) === peer) || [...pairs.values()].some((pair) => pair.peer === peer)) return;
    this.#pool.release(peer);
  }
}
