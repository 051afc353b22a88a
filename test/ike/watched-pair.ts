import type { LivenessPolicy } from '../../src/dpd/policy.ts';
import { policyBy } from '../../src/dpd/profiles.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf, type PolicyOptions } from './policies.ts';
import type { Side } from './side.ts';

export const watching =
  (given: Partial<LivenessPolicy> = {}) =>
  (policy: ConnectionPolicy): ConnectionPolicy => ({ ...policy, dpd: { ...policyBy('default'), ...given } });

/** Side a watches side b, which only answers. */
export function pairWhere(given: Partial<LivenessPolicy> = {}, options: PolicyOptions = {}): PairOfEndpoints {
  const pair = new PairOfEndpoints(policyOf('a', { ...options, but: watching(given) }), policyOf('b', options));
  pair.initiate();
  return pair;
}

/** Nothing arrives at a from b from now on; or nothing at all. */
export function cut(pair: PairOfEndpoints, both = true): void {
  pair.onWire = (datagram: Datagram) => (both || !pair.fromA(datagram) ? [] : [datagram]);
}

export const asks = (side: Side): (string | number | undefined)[] =>
  side.named('dpd.asked').map(({ by, sequence }) => sequence ?? by);
