import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, policyOf } from './policies.ts';
import type { Side } from './side.ts';
import { withModeConfig } from './users.ts';

const ELSEWHERE = requireIpAddress('203.0.113.3');

type Change = (policy: ConnectionPolicy) => ConnectionPolicy;
const same: Change = (policy) => policy;

/**
 * A peer that stands with b, and whose packets come from another address when it makes a new phase 1. It holds an SA, so it does not
 * say INITIAL-CONTACT, which would settle the matter by itself.
 */
function moved(
  unique?: ConnectionPolicy['unique'],
  initialContact = false,
  but: (side: 'a' | 'b') => Change = () => same,
): PairOfEndpoints {
  const hub = (policy: ConnectionPolicy): ConnectionPolicy => ({
    ...but('b')(policy),
    remote: { ...policy.remote, address: 'any' },
    ...(unique === undefined ? {} : { unique }),
  });
  const pair = new PairOfEndpoints(
    policyOf('a', { natt: 'off', but: but('a') }),
    policyOf('b', { natt: 'off', but: hub }),
  );
  pair.initiate();
  pair.onWire = (datagram) => {
    const { local, remote } = datagram;
    if (local.address === A) return [{ ...datagram, local: { ...local, address: ELSEWHERE } }];
    return remote.address === ELSEWHERE ? [{ ...datagram, remote: { ...remote, address: A } }] : [];
  };
  pair.runUntil(5000);
  if (initialContact) Object.assign(pair.a.endpoint, { holds: () => false });
  pair.command({ type: 'renew', connection: 'link', phase: 1 });
  pair.runUntil(10_000);
  return pair;
}

const endsAt = (side: Side): string[][] => [
  side.named('phase1.ended').map(({ reason }) => reason),
  side.named('phase2.ended').map(({ reason }) => reason),
];
const places = (side: Side): string[] => [...side.connection().sas].map(({ channel }) => channel.remote.address);

describe('a peer that comes from another place', () => {
  it('takes the place of itself, and where it was it is told so', () => {
    const { b, wire } = moved();
    expect(places(b)).toEqual([ELSEWHERE]);
    expect(endsAt(b)).toEqual([['displaced'], ['displaced']]);
    expect(wire.filter(({ remote }) => remote.address === A).length).toBeGreaterThanOrEqual(2);
  });

  it('hears of it where it is now as well, so that one device that moved is up again and sends into nothing no longer', () => {
    const pair = moved();
    expect(endsAt(pair.a)).toEqual([[], ['deleted-by-peer']]);
    expect(pair.sides.map((side) => side.connection().isUp('net'))).toEqual([true, true]);
  });

  it('is let in where it says that it holds nothing else, though the policy is to keep what stands', () => {
    const { b } = moved('keep', true);
    expect(places(b)).toEqual([ELSEWHERE]);
    expect(endsAt(b)).toEqual([['initial-contact'], ['initial-contact']]);
  });

  it('is turned away where the policy is to keep what stands', () => {
    const { a, b } = moved('keep');
    expect(places(b)).toEqual([A]);
    expect(endsAt(b)[1]).toEqual([]);
    expect(new Set(endsAt(b)[0])).toEqual(new Set(['not-unique']));
    expect(endsAt(a)[0]).toContain('deleted-by-peer');
  });

  it('hears nothing more under an SA that it is turned away from: its keys are wiped', () => {
    const { a } = moved('keep', false, (side) => withModeConfig(side, 'push'));
    expect(a.named('datagram.dropped').filter(({ reason }) => reason === 'unknown-cookies')).toEqual([]);
  });

  it('stands beside itself where several may have one identity', () => {
    const { a, b } = moved('never');
    expect(places(b)).toEqual([A, ELSEWHERE]);
    expect([endsAt(a), endsAt(b)]).toEqual([
      [[], []],
      [[], []],
    ]);
  });
});
