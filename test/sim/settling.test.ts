import { it } from 'vitest';
import { forEachSeed } from './seeds.ts';
import { settles } from './settling.ts';

it('two gateways that begin, renew and lose packets without traffic carry again, agree, and leave nothing behind', () => {
  forEachSeed('settling', 200, (seed) => settles(seed, 'idle', 'main'));
});

it('two gateways that do so by Aggressive Mode carry again, agree, and leave nothing behind', () => {
  forEachSeed('settling', 200, (seed) => settles(seed, 'idle', 'aggressive'));
});

// Once a first contact that crossed another ended what the peer was about to hold, and once a Delete was lost of what had come up late.
it.each(['settling, aggressive 317', 'settling 5677'])('no end keeps what the other has let go: %s', (seed) => {
  settles(seed, 'idle', 'aggressive');
});
