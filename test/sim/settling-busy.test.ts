import { it } from 'vitest';
import { forEachSeed } from './seeds.ts';
import { settles } from './settling.ts';

it('two gateways that begin, renew and lose packets under traffic carry again, agree, and leave nothing behind', () => {
  forEachSeed('settling under traffic', 1000, (seed) => settles(seed, 'busy'));
});
