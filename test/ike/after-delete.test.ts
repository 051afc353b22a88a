import { describe, expect, it } from 'vitest';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';
import { deleteOfPair, deleteOfSa, sealed } from './sealed.ts';
import type { Side } from './side.ts';

/** a does as it is told when the peer deletes; both are up. */
function up(onPeerDelete: ConnectionPolicy['onPeerDelete'], by: 'a' | 'b' = 'a'): PairOfEndpoints {
  const told = (policy: ConnectionPolicy): ConnectionPolicy =>
    onPeerDelete === undefined ? policy : { ...policy, onPeerDelete };
  const pair = new PairOfEndpoints(policyOf('a', { but: told }), policyOf('b'));
  pair.initiate(pair[by]);
  return pair;
}
/** b deletes its pair and forgets it. */
function deletePair(pair: PairOfEndpoints): void {
  pair.within(pair.b, () => {
    for (const known of [...pair.b.connection().pairs.values()]) pair.b.connection().endPair(known, 'command', true);
  });
}
const isUp = (side: Side): boolean => side.connection().isUp('net');
const scheduled = (side: Side): number => side.named('attempt.scheduled').length;

describe('when the peer deletes what stands', () => {
  it.each([undefined, 'restart'] as const)('a connection that is wanted negotiates anew after a pause (%s)', (told) => {
    const pair = up(told);
    deletePair(pair);
    expect([isUp(pair.a), scheduled(pair.a)]).toEqual([false, 1]);
    pair.runUntil(1999);
    expect(isUp(pair.a)).toBe(false);
    pair.runUntil(2500);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
  });

  it('one that the peer began is begun from here with restart, and with less and less haste', () => {
    const pair = up('restart', 'b');
    pair.b.connection().attempts.leave();
    for (const wait of [2500, 5000, 10_000]) {
      const from = pair.now;
      deletePair(pair);
      pair.runUntil(from + wait * 0.79);
      expect(isUp(pair.a)).toBe(false);
      pair.runUntil(from + wait);
      expect(isUp(pair.a)).toBe(true);
    }
  });

  it('one that the peer began is left to the peer where nothing is said', () => {
    const pair = up(undefined, 'b');
    pair.b.connection().attempts.leave();
    deletePair(pair);
    pair.runUntil(100_000);
    expect([isUp(pair.a), scheduled(pair.a)]).toEqual([false, 0]);
  });

  it('hold is followed by nothing until traffic asks', () => {
    const pair = up('hold');
    deletePair(pair);
    pair.runUntil(1_000_000);
    expect([isUp(pair.a), scheduled(pair.a), pair.a.connection().attempts.wanted]).toEqual([false, 0, false]);
    pair.esp({ type: 'acquire', connection: 'link', tunnel: 'net' }, pair.a);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
  });

  it('hold lets the peer come back', () => {
    const pair = up('hold');
    deletePair(pair);
    pair.runUntil(10_000);
    pair.initiate(pair.b);
    expect(pair.sides.map(isUp)).toEqual([true, true]);
  });

  it('a Delete of phase 1 alone takes nothing that is carried, and hold keeps it up', () => {
    const pair = up('hold');
    pair.deliver(pair.a, sealed(pair, pair.b, deleteOfSa(pair.b)));
    expect([isUp(pair.a), pair.a.connection().isakmp]).toEqual([true, undefined]);
    expect(pair.a.connection().attempts.wanted).toBe(true);
  });

  it('a Delete of a pair that another replaced is followed by nothing', () => {
    const pair = up('restart');
    const old = deleteOfPair(pair.b);
    pair.runUntil(100_000);
    pair.command({ type: 'renew', connection: 'link', phase: 2 });
    pair.deliver(pair.a, sealed(pair, pair.b, old));
    expect([isUp(pair.a), scheduled(pair.a)]).toEqual([true, 0]);
  });
});

describe('keying tries', () => {
  const tries = (keyingTries: number): PairOfEndpoints => {
    const but = (policy: ConnectionPolicy): ConnectionPolicy => ({ ...policy, keyingTries });
    const pair = new PairOfEndpoints(policyOf('a', { but }), policyOf('b', { esp: [{ cipher: 'aes256gcm16' }] }));
    pair.initiate();
    return pair;
  };

  it('are so many attempts, and then none until somebody asks', () => {
    const pair = tries(3);
    pair.runUntil(1_000_000);
    expect(pair.a.named('phase2.failed')).toHaveLength(3);
    expect(pair.a.named('attempts.given-up')).toEqual([{ name: 'attempts.given-up', connection: 'link', attempts: 3 }]);
    expect(pair.a.connection().attempts.wanted).toBe(false);
    pair.initiate();
    pair.runUntil(2_000_000);
    expect(pair.a.named('phase2.failed')).toHaveLength(6);
  });

  it('may be one', () => {
    const pair = tries(1);
    pair.runUntil(1_000_000);
    expect([pair.a.named('phase2.failed').length, scheduled(pair.a)]).toEqual([1, 0]);
  });
});
