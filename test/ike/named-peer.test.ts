import { describe, expect, it } from 'vitest';
import { type IpAddress, requireIpAddress } from '../../src/base/address.ts';
import { after, seconds } from '../../src/base/instant.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, B, policyOf } from './policies.ts';

const MOVED = requireIpAddress('198.51.100.77');

/** A knows B by a name that is looked at every ten seconds; B has all its addresses at once. */
function named(): { pair: PairOfEndpoints; resolveTo: (address: IpAddress) => void; pass: (n: number) => void } {
  const pair = new PairOfEndpoints(
    policyOf('a', {
      but: (policy) => ({
        ...policy,
        remote: { ...policy.remote, address: { host: 'b.example', monitor: seconds(10) } },
      }),
    }),
    policyOf('b', { but: (policy) => ({ ...policy, local: { ...policy.local, address: 'any' } }) }),
  );
  let address = B;
  pair.a.answer = (job) =>
    job.kind === 'locate-peer' ? { kind: job.kind, places: [{ local: A, remote: address }] } : undefined;
  return {
    pair,
    resolveTo: (next) => (address = next),
    pass: (n) => {
      pair.now = after(pair.now, seconds(n));
      pair.tick(pair.a);
    },
  };
}

describe('a peer by name that proves itself at another address and holds what it had', () => {
  it('has its SAs moved there by one step, with the keys and counts that they have, and then renewed', () => {
    const { pair, resolveTo, pass } = named();
    pair.tick(pair.a);
    pair.initiate();
    const [first] = pair.a.connection().pairs.values();
    resolveTo(MOVED);
    pass(10);
    const { a } = pair;
    expect(a.named('peer.moved')).toEqual([
      {
        ...{ name: 'peer.moved', connection: 'link', peer: '@b.example' },
        from: { address: B, port: 500 },
        to: { address: MOVED, port: 500 },
      },
    ]);
    expect(a.effects.filter(({ type }) => type === 'move-sa')).toEqual([
      { type: 'move-sa', pair: first?.pair, local: { address: A, port: 500 }, remote: { address: MOVED, port: 500 } },
    ]);
    expect(a.named('phase2.established')).toHaveLength(2);
    // The outbound one of a renewal waits until the peer uses it.
    expect(a.installed.slice(2).map(({ direction, remote }) => [direction, remote.address])).toEqual([
      ['inbound', MOVED],
    ]);
    expect(a.named('phase2.ended')).toEqual([]);
  });

  it('is asked for no more once the connection is another', () => {
    const { pair, pass } = named();
    pair.tick(pair.a);
    const asked = pair.a.named('peer.located').length;
    pair.command({ type: 'configure', connections: [policyOf('a')] });
    pass(60);
    expect([asked, pair.a.named('peer.located').length]).toEqual([1, 1]);
    expect(pair.a.endpoint.nextDeadline()).toBeUndefined();
  });
});
