import { requireIpAddress, type UdpEndpoint } from '../../src/base/address.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, B, policyOf, type PolicyOptions } from './policies.ts';

/** What b sees of an a behind a NAT, and a of a b behind one. */
export const NAT_A = requireIpAddress('203.0.113.1');
const NAT_B = requireIpAddress('203.0.113.2');
/** The NAT maps each port of a to one of its own. */
export const MAPPED = 20_000;

export const fromOutside = (policy: ConnectionPolicy): ConnectionPolicy => ({
  ...policy,
  remote: { ...policy.remote, address: 'any' },
});
const behindNatB = (policy: ConnectionPolicy): ConnectionPolicy => ({
  ...policy,
  remote: { ...policy.remote, address: NAT_B },
});

export function behindNat(
  which: { readonly a?: boolean; readonly b?: boolean },
  options: PolicyOptions = {},
): PairOfEndpoints {
  const pair = new PairOfEndpoints(
    policyOf('a', { ...options, ...(which.b === true ? { but: behindNatB } : {}) }),
    policyOf('b', { ...options, ...(which.a === true ? { but: fromOutside } : {}) }),
  );
  const outOf = ({ address, port }: UdpEndpoint): UdpEndpoint =>
    address === A && which.a === true
      ? { address: NAT_A, port: port + MAPPED }
      : address === B && which.b === true
        ? { address: NAT_B, port }
        : { address, port };
  const into = ({ address, port }: UdpEndpoint): UdpEndpoint =>
    address === NAT_A
      ? { address: A, port: port - MAPPED }
      : address === NAT_B
        ? { address: B, port }
        : { address, port };
  pair.onWire = ({ local, remote, bytes }) => [{ local: outOf(local), remote: into(remote), bytes }];
  return pair;
}
