import { expect, it } from 'vitest';
import { MessageIds } from '../../src/ike/message-ids.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';

const ids = (limit: number): MessageIds => new MessageIds(new SeededRandom('message ids'), limit);

it('takes an id once, whatever it was for (RFC 2408 §3.1)', () => {
  const used = ids(4);
  expect([used.use(7, 'quick-mode'), used.use(7, 'quick-mode'), used.use(7, 'informational')]).toEqual([
    true,
    false,
    false,
  ]);
});

it('does not forget a Quick Mode for any number of Informationals', () => {
  const used = ids(4);
  used.use(7, 'quick-mode');
  for (let id = 100; id < 1100; id++) used.use(id, 'informational');
  expect([used.has(7), used.has(100), used.has(1099)]).toEqual([true, false, true]);
});

it('draws ids that are not zero and new', () => {
  let draws = 0;
  const zeroFirst = { bytes: (length: number) => new Uint8Array(length).fill(draws++ < 2 ? 0 : draws) };
  const used = new MessageIds(zeroFirst, 4);
  expect([used.fresh('informational'), used.fresh('quick-mode')]).toEqual([0x03030303, 0x04040404]);
});

it('remembers the last half as many as the limit, and never more than the limit', () => {
  const used = ids(1000);
  const known = (): number => Array.from({ length: 5000 }, (_, i) => i + 1).filter((id) => used.has(id)).length;
  for (let id = 1; id <= 5000; id++) {
    used.use(id, 'informational');
    if (id % 499 === 0) expect([used.has(Math.max(1, id - 499)), known() <= 1000]).toEqual([true, true]);
  }
});
