import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/instant.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { B, policyOf } from './policies.ts';
import { asks, cut, pairWhere, watching } from './watched-pair.ts';

describe('what is not death', () => {
  it('is a newer phase 1, whatever became of questions under the older (C-92)', () => {
    const pair = pairWhere();
    cut(pair);
    pair.runUntil(140_000);
    expect(asks(pair.a)).toHaveLength(4);
    pair.onWire = (datagram) => [datagram];
    pair.command({ type: 'renew', connection: 'link', phase: 1 }, pair.b);
    pair.onWire = () => [];
    pair.runUntil(140_000 + 149_999);
    expect(pair.a.named('peer.dead')).toEqual([]);
    pair.runUntil(140_000 + 150_000);
    expect(pair.a.named('peer.dead')).toHaveLength(1);
  });

  it('is a Quick Mode in the midst of the suspicion, which shows that the peer is there', () => {
    const pair = pairWhere();
    cut(pair);
    pair.runUntil(140_000);
    pair.onWire = (datagram) => [datagram];
    pair.command({ type: 'renew', connection: 'link', phase: 2 });
    pair.runUntil(1_000_000);
    expect(pair.a.named('peer.dead')).toEqual([]);
  });

  it('is a peer whose NAT gave it another port: its next question comes from there and counts', () => {
    const pair = new PairOfEndpoints(
      policyOf('a', { natt: 'force', but: watching() }),
      policyOf('b', { natt: 'force', but: watching({ delay: seconds(40) }) }),
    );
    pair.initiate(pair.b);
    pair.runUntil(35_000);
    // From here on b is seen at another port, and what goes to the old one is lost.
    pair.onWire = (datagram) => {
      if (!pair.fromA(datagram)) return [{ ...datagram, local: { ...datagram.local, port: 61_000 } }];
      return datagram.remote.port === 61_000 ? [{ ...datagram, remote: { address: B, port: 4500 } }] : [];
    };
    pair.runUntil(600_000);
    expect(pair.a.named('peer.dead')).toEqual([]);
  });
});

describe('ESP without an ISAKMP SA (C-91)', () => {
  /** b has lost phase 1 by its own Delete and keeps the pair, as many do when a lifetime ends. */
  function withoutPhase1(): PairOfEndpoints {
    const pair = pairWhere();
    const sa = pair.a.isakmp();
    pair.within(pair.a, () => pair.a.connection().endSa(sa, 'expired', pair.now, true));
    return pair;
  }

  it('has a new phase 1 for a question, and its coming up for the answer', () => {
    const pair = withoutPhase1();
    expect(pair.a.connection().isakmp).toBeUndefined();
    expect(pair.a.connection().isUp('net')).toBe(true);
    pair.runUntil(31_000);
    expect(asks(pair.a)).toEqual(['phase1']);
    expect(pair.a.connection().isakmp).toBeDefined();
    expect(pair.a.endpoint.snapshot(pair.now).connections[0]?.liveness[0]?.lastSign.kind).toBe('phase1');
    pair.runUntil(600_000);
    expect(pair.a.named('peer.dead')).toEqual([]);
  });

  it('ends where that is not answered, at the same time as by questions', () => {
    const pair = withoutPhase1();
    cut(pair);
    pair.runUntil(149_999);
    expect(pair.a.connection().isUp('net')).toBe(true);
    pair.runUntil(150_000);
    expect(pair.a.named('peer.dead')).toMatchObject([{ lastSign: { kind: 'ike' }, answered: 0 }]);
    expect(pair.a.connection().sas.size).toBe(0);
    expect(pair.a.connection().pairs.size).toBe(0);
  });
});

describe('another policy in place', () => {
  it('holds from then on, and costs no SA', () => {
    const pair = pairWhere();
    const connections = [policyOf('a', { but: watching({ delay: seconds(5) }) })];
    pair.command({ type: 'configure', connections });
    pair.runUntil(21_000);
    expect(asks(pair.a)).toHaveLength(4);
    pair.command({ type: 'configure', connections: [policyOf('a')] });
    cut(pair);
    pair.runUntil(1_000_000);
    expect(pair.a.named('phase1.ended')).toEqual([]);
    expect(pair.a.endpoint.snapshot(pair.now).connections[0]?.liveness[0]?.state).toBe('off');
  });
});
