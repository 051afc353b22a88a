import type { IpAddress, UdpEndpoint } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import type { Connection } from './connection.ts';

/** Which connections a peer may mean, by the addresses alone: Main Mode has no identity before its fifth message (RFC 2409 §5.4). */
export class Candidates {
  readonly #named = new Map<IpAddress, Connection[]>();
  readonly #anybody: Connection[] = [];

  constructor(connections: Iterable<Connection>) {
    for (const connection of connections) {
      if (connection.policy.remote.address === 'any') this.#anybody.push(connection);
      for (const address of connection.caller.addresses)
        this.#named.set(address, [...(this.#named.get(address) ?? []), connection]);
    }
  }

  /** Connections between these ends that are not taken down; those that name the peer's address before those for anybody. */
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
    return [...named, ...this.#anybody].filter(
      ({ policy }) => policy.local.address === 'any' || policy.local.address === local.address,
    );
  }
}
