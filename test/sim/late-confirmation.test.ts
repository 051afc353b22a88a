import { expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { seconds } from '../../src/base/instant.ts';
import { EXCHANGE } from '../../src/ike/wire/numbers.ts';
import { passesBothWays, twoGateways } from './two-gateways.ts';

it('a collision of Quick Modes is one however late the third message of one of them arrives', () => {
  const { world, a, b, link } = twoGateways('late third message');
  // Of the Quick Mode that b begins, a gets the first message at once and the third only after 47 s, when a asks for the last time.
  let first: string | undefined;
  link.back.onPath = (packet) => {
    if (packet.bytes[18] !== EXCHANGE.QUICK_MODE) return [packet];
    const messageId = toHex(packet.bytes.subarray(20, 24));
    first ??= messageId;
    const third = messageId === first && packet.bytes.length < 100;
    return third && world.now < 40_000 ? [] : [packet];
  };
  b.initiate('link');
  a.initiate('link');
  world.run(seconds(60));
  expect(a.told('phase2.established')).toHaveLength(2);
  expect([...a.told('phase2.ended'), ...b.told('phase2.ended')], world.trace()).toEqual([]);
  expect(passesBothWays(world, a, b)).toBe(true);
  world.run(seconds(300));
  expect(a.told('phase2.established')).toHaveLength(2);
  expect(passesBothWays(world, a, b)).toBe(true);
});
