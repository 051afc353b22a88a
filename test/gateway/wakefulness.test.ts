import { expect, test } from 'vitest';
import { Wakefulness } from '../../src/gateway/wakefulness.ts';

const START = { awakeMs: 5000, sinceBootMs: 90_000 };

const after = (awake: number, sinceBoot = awake) => ({
  awakeMs: START.awakeMs + awake,
  sinceBootMs: START.sinceBootMs + sinceBoot,
});

test('who looks every second, or a little late, was here all the time', () => {
  const wakefulness = new Wakefulness(START);
  expect([1000, 2000, 4900].map((at) => wakefulness.look(after(at)))).toEqual([undefined, undefined, undefined]);
});

test('who looks two seconds late was stopped, and is told so once', () => {
  const wakefulness = new Wakefulness(START);
  expect(wakefulness.look(after(600_000))).toEqual({ slept: 0 });
  expect(wakefulness.look(after(601_000))).toBeUndefined();
});

test('what the machine slept is what the one clock has more than the other', () => {
  const wakefulness = new Wakefulness(START);
  expect(wakefulness.look(after(400, 3_600_400))).toEqual({ slept: 3_600_000 });
  expect(wakefulness.look(after(1400, 3_601_390))).toBeUndefined();
});
