import { describe, expect, it } from 'vitest';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';

const anybody = (policy: ConnectionPolicy): ConnectionPolicy => ({
  ...policy,
  remote: { ...policy.remote, id: 'any' },
});

describe('a side whose messages come back to it', () => {
  it('does not answer itself, and so never believes itself, whoever may be behind the address', () => {
    const pair = new PairOfEndpoints(policyOf('a', { but: anybody }), policyOf('b'));
    pair.onWire = (datagram) => {
      // What a sends comes from b's address to a again, as long as it is not too much.
      if (pair.wire.length < 50) pair.a.apply(pair.a.endpoint.receive(pair.seen(datagram), pair.now), pair.now);
      return [];
    };
    pair.initiate();
    pair.runUntil(64_000);
    expect(pair.a.named('phase1.established')).toEqual([]);
    expect(pair.a.named('phase1.started')).toHaveLength(1);
    expect(new Set(pair.a.drops)).toEqual(new Set(['unexpected']));
    expect(pair.a.named('phase1.failed').map(({ failure }) => failure.code)).toEqual(['PEER_SILENT']);
  });
});
