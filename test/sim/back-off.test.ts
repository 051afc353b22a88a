import { expect, it } from 'vitest';
import { seconds } from '../../src/base/instant.ts';
import { passesBothWays, twoGateways } from './two-gateways.ts';

it('a tunnel that stood for a while ends a series of failures, however often the peer takes it down', () => {
  const { world, a, b } = twoGateways('taken down again and again');
  a.initiate('link');
  for (let time = 0; time < 12; time++) {
    world.run(seconds(100));
    b.terminate('link');
    b.command({ type: 'allow', connection: 'link' });
  }
  world.run(seconds(5));
  expect(passesBothWays(world, a, b)).toBe(true);
  const waits = a.told('attempt.scheduled').map(({ inMilliseconds }) => inMilliseconds);
  expect(waits).toHaveLength(12);
  expect(Math.max(...waits)).toBeLessThanOrEqual(2500);
});

it('a tunnel that the peer takes down at once is tried less and less often', () => {
  const { world, a, b } = twoGateways('taken down at once');
  a.initiate('link');
  for (let time = 0; time < 6; time++) {
    world.runUntil(() => b.isUp('link'), seconds(300));
    b.terminate('link');
    b.command({ type: 'allow', connection: 'link' });
  }
  world.run(seconds(1));
  const waits = a.told('attempt.scheduled').map(({ inMilliseconds }) => Math.floor(inMilliseconds / 1000));
  expect(waits.map((wait) => 2 ** Math.floor(Math.log2(wait)))).toEqual([2, 4, 8, 16, 32, 64]);
});
