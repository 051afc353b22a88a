import type { UdpEndpoint } from '../base/address.ts';
import type { Identity } from '../base/identity.ts';
import type { ConnectionPolicy } from './negotiate/policy.ts';

/** Between which endpoints something goes. */
export interface Ends {
  readonly local: UdpEndpoint;
  readonly remote: UdpEndpoint;
}

/** Where a peer is, and who it is where it has been proved before: whom a renewal is with, though the connection may be with anybody. */
export interface Whom extends Ends {
  readonly id?: Identity;
}

/** A connection narrowed to one peer that has been proved under it. */
export function withPeer(policy: ConnectionPolicy, { local, remote, id }: Whom): ConnectionPolicy {
  if (id === undefined) return policy;
  return {
    ...policy,
    local: { ...policy.local, address: local.address },
    remote: { address: remote.address, id },
  };
}
