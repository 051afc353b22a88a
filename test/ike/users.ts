import { requireIpAddress } from '../../src/base/address.ts';
import { type AddressRange, parseSelector } from '../../src/base/selector.ts';
import type { ConnectionPolicy, GivenSettings, ModeConfigPolicy } from '../../src/ike/negotiate/policy.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';

export function rangeOf(text: string): AddressRange {
  const { first, last } = parseSelector(text);
  return { first, last };
}

/** What side b, the one with the network, gives. */
export const GIVEN: GivenSettings = {
  pools: [rangeOf('10.9.0.0/29')],
  netmask: requireIpAddress('255.255.255.248'),
  dns: [requireIpAddress('10.2.0.53'), requireIpAddress('10.2.0.54')],
  domain: 'plant.example',
  banner: 'Authorised persons only.',
  splitInclude: [rangeOf('10.2.0.0/24'), rangeOf('10.4.0.0/16')],
  localLan: [rangeOf('192.168.0.0/24')],
};

/** Side a is asked for its user by side b. */
export function withUsers(side: 'a' | 'b', names: readonly string[] | 'any' = 'any') {
  return (policy: ConnectionPolicy): ConnectionPolicy => ({
    ...policy,
    user: side === 'a' ? { side: 'local', name: 'alice' } : { side: 'remote', names },
  });
}

/** Side a gets its address and settings from side b. */
export function withModeConfig(side: 'a' | 'b', mode: ModeConfigPolicy['mode'], gives: GivenSettings = GIVEN) {
  return (policy: ConnectionPolicy): ConnectionPolicy => ({
    ...policy,
    modeConfig: side === 'a' ? { mode } : { mode, gives },
    tunnels: policy.tunnels.map((tunnel) =>
      side === 'a'
        ? { ...tunnel, local: parseSelector('0.0.0.0/0'), assigned: 'local' }
        : { ...tunnel, remote: { ...tunnel.remote, ...gives.pools[0] }, assigned: 'remote' },
    ),
  });
}

type Change = (policy: ConnectionPolicy) => ConnectionPolicy;

/** Two sides, whose policies are changed; the password of alice is known to both. */
export function pairWith(a: readonly Change[], b: readonly Change[]): PairOfEndpoints {
  const changed =
    (changes: readonly Change[]): Change =>
    (policy) =>
      changes.reduce((changing, change) => change(changing), policy);
  const pair = new PairOfEndpoints(policyOf('a', { but: changed(a) }), policyOf('b', { but: changed(b) }));
  pair.a.users = { alice: 'wonderland' };
  pair.b.users = { alice: 'wonderland', bob: 'builder' };
  return pair;
}
