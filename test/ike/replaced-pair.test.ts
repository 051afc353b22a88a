import { expect, it } from 'vitest';
import type { Datagram } from '../../src/ike/effects.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';

it('a pair that a newer one replaced is deleted as often as a message that waits for its answer, because nothing answers a Delete', () => {
  const pair = PairOfEndpoints.up();
  pair.runUntil(100_000);
  pair.command({ type: 'renew', connection: 'link', phase: 2 });
  const said: number[] = [];
  pair.onWire = (datagram) => {
    if (pair.fromA(datagram)) said.push(pair.now);
    return [];
  };
  pair.runUntil(300_000);
  expect(said.map((at) => at - 130_000)).toEqual([0, 1000, 3000, 7000, 15_000, 31_000, 47_000]);
  expect(pair.b.named('phase2.ended').map(({ reason }) => reason)).toEqual(['replaced']);
});

it('a pair that is deleted while its successor is negotiated leaves it to that one to carry, at once', () => {
  const pair = PairOfEndpoints.up();
  pair.runUntil(100_000);
  const [answer] = answersHeldBack(pair);
  const [old] = pair.b.connection().pairs.values();
  if (old === undefined || answer === undefined) throw new Error('nothing to renew');
  pair.within(pair.b, () => pair.b.connection().endPair(old, 'expired', true));
  pair.deliver(pair.a, pair.seen(answer));
  const pairs = [...pair.a.connection().pairs.values()];
  expect(pairs.map(({ outbound: { state } }) => state)).toEqual(['used']);
});

/** Has a renew its pair, and keeps what b answers. */
function answersHeldBack(pair: PairOfEndpoints): Datagram[] {
  const held: Datagram[] = [];
  pair.onWire = (datagram) => {
    if (pair.fromA(datagram)) return [datagram];
    held.push(datagram);
    return [];
  };
  pair.command({ type: 'renew', connection: 'link', phase: 2 });
  pair.onWire = (datagram) => [datagram];
  return held;
}
