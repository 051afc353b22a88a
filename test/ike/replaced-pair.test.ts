import { expect, it } from 'vitest';
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
