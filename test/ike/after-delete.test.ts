import { describe, expect, it } from 'vitest';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';
import { deleteOfPair, sealed } from './sealed.ts';

describe('a Delete of the peer', () => {
  it('is followed by nothing where the policy is to hold, until something asks', () => {
    const hold = policyOf('a', { but: (policy) => ({ ...policy, onPeerDelete: 'hold' }) });
    const pair = new PairOfEndpoints(hold, policyOf('b'));
    pair.initiate();
    pair.deliver(pair.a, sealed(pair, pair.b, deleteOfPair(pair.b)));
    pair.runUntil(1_000_000);
    expect([pair.a.connection().isUp('net'), pair.a.named('attempt.scheduled')]).toEqual([false, []]);
    pair.initiate();
    expect(pair.a.connection().isUp('net')).toBe(true);
  });
});
