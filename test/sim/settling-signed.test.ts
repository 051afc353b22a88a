import { it } from 'vitest';
import { certified } from './certified.ts';
import { forEachSeed } from './seeds.ts';
import { settles } from './settling.ts';

it.each([
  ['main', 'p256', 'ecdsa256', 40],
  ['aggressive', 'p256', 'ecdsa256', 40],
  ['main', 'rsa2048', 'rsa', 10],
  ['aggressive', 'rsa2048', 'rsa', 10],
] as const)(
  'two gateways with certificates that begin, renew and lose packets by the %s exchange carry again, agree, and leave nothing behind: %s',
  async (exchange, key, method, count) => {
    const ends = await certified(key, method, { both: { exchange } });
    forEachSeed('settling, signed', count, (seed) => settles(seed, 'idle', exchange, ends));
  },
);
