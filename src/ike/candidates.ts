import type { IpAddress, UdpEndpoint } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import { isAmong } from '../base/local-address.ts';
import { isRange } from '../base/remote-address.ts';
import { type AddressRange, rangeSize, selectorHas } from '../base/selector.ts';
import type { Connection } from './connection.ts';

/** Which connections a peer may mean, by the addresses alone: Main Mode has no identity before its fifth message (RFC 2409 §5.4). */
export class Candidates {
  readonly #named = new Map<IpAddress, Connection[]>();
  /** The narrowest first. */
  readonly #ranges: { readonly range: AddressRange; readonly connection: Connection }[] = [];
  readonly #anybody: Connection[] = [];

  constructor(connections: Iterable<Connection>) {
    for (const connection of connections) {
      const { address: where } = connection.policy.remote;
      if (where === 'any') this.#anybody.push(connection);
      else if (isRange(where)) this.#ranges.push({ range: where, connection });
      for (const address of connection.caller.addresses)
        this.#named.set(address, [...(this.#named.get(address) ?? []), connection]);
    }
    this.#ranges.sort((a, b) => Number(rangeSize(a.range) - rangeSize(b.range)));
  }

  /**
   * Connections between these ends that are not taken down; those that name the peer's address before those that have it in a range, the narrower
   * before the wider, and those before the ones for anybody.
   */
  between(local: UdpEndpoint, remote: UdpEndpoint): Connection[] {
    return this.#configured(local, remote).filter(({ attempts }) => !attempts.takenDown);
  }

  /** Why there are none. */
  refusal(local: UdpEndpoint, remote: UdpEndpoint): IkeError {
    const [down] = this.#configured(local, remote);
    if (down === undefined) return new IkeError('NO_MATCHING_CONNECTION', { peer: remote.address });
    return new IkeError('TAKEN_DOWN', { connection: down.policy.name, peer: remote.address });
  }

  #configured(local: UdpEndpoint, remote: UdpEndpoint): Connection[] {
    const named = this.#named.get(remote.address) ?? [];
    const among = this.#ranges.filter(({ range }) => selectorHas(range, remote.address));
    return [...named, ...among.map(({ connection }) => connection), ...this.#anybody].filter(({ own, policy }) =>
      isAmong(own, policy.local.address, local.address),
    );
  }
}
