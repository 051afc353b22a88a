import { it } from 'vitest';
import { forEachSeed } from './seeds.ts';
import { settles } from './settling.ts';

it('two gateways that begin, renew and lose packets under traffic carry again, agree, and leave nothing behind', () => {
  forEachSeed('settling under traffic', 200, (seed) => settles(seed, 'busy', 'main'));
});

it('two gateways that do so by Aggressive Mode carry again, agree, and leave nothing behind', () => {
  forEachSeed('settling under traffic', 200, (seed) => settles(seed, 'busy', 'aggressive'));
});

// As in settling.test.ts: first contacts that crossed.
it('no end keeps what the other has let go: settling under traffic 3249', () => {
  settles('settling under traffic 3249', 'busy', 'aggressive');
});
