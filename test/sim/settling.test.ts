import { it } from 'vitest';
import { forEachSeed } from './seeds.ts';
import { settles } from './settling.ts';

it('two gateways that begin, renew and lose packets without traffic carry again, agree, and leave nothing behind', () => {
  forEachSeed('settling', 500, (seed) => settles(seed, 'idle', 'main'));
});

it('two gateways that do so by Aggressive Mode carry again, agree, and leave nothing behind', () => {
  forEachSeed('settling', 500, (seed) => settles(seed, 'idle', 'aggressive'));
});
