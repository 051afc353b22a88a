import { it } from 'vitest';
import { forEachSeed } from './seeds.ts';
import { settles } from './settling.ts';

it('two gateways that begin, renew and lose packets without traffic carry again, agree, and leave nothing behind', () => {
  forEachSeed('settling', 1000, (seed) => settles(seed, 'idle'));
});
