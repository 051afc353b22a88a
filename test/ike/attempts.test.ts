import { describe, expect, it } from 'vitest';
import { instant } from '../../src/base/instant.ts';
import { Attempts } from '../../src/ike/attempts.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';

const waits = (attempts: Attempts, count: number): number[] =>
  Array.from({ length: count }, () => {
    const delay = attempts.failed(instant(0));
    attempts.due(instant(1_000_000));
    return delay ?? -1;
  });
const within = (wait: number, seconds: number): boolean => wait >= seconds * 1000 && wait <= seconds * 1250;

describe('attempts', () => {
  it('follow each other after 2, 4, 8 … 300 s and up to a quarter more', () => {
    const attempts = new Attempts(new SeededRandom('attempts'));
    attempts.want();
    const expected = [2, 4, 8, 16, 32, 64, 128, 256, 300, 300];
    expect(waits(attempts, 10).map((wait, i) => within(wait, expected[i] ?? 0))).toEqual(expected.map(() => true));
  });

  it('begin anew when something stood, or somebody asks', () => {
    const attempts = new Attempts(new SeededRandom('attempts'));
    attempts.want();
    waits(attempts, 6);
    attempts.stood();
    expect(within(attempts.failed(instant(0)) ?? 0, 2)).toBe(true);
    attempts.due(instant(10_000));
    attempts.want();
    expect(within(attempts.failed(instant(0)) ?? 0, 2)).toBe(true);
  });

  it('come no more from either side once the connection is taken down, until it is wanted or allowed again', () => {
    const attempts = new Attempts(new SeededRandom('attempts'));
    expect(attempts.takenDown).toBe(false);
    attempts.takeDown();
    expect([attempts.takenDown, attempts.wanted]).toEqual([true, false]);
    attempts.leave();
    expect([attempts.takenDown, attempts.wanted]).toEqual([false, false]);
    attempts.takeDown();
    attempts.want();
    expect([attempts.takenDown, attempts.wanted]).toEqual([false, true]);
  });

  it('are over when so many of a series as are enough have failed, and begin anew when somebody asks', () => {
    const attempts = new Attempts(new SeededRandom('attempts'), { keyingTries: 3 });
    attempts.want();
    expect(waits(attempts, 4).map((wait) => wait > 0)).toEqual([true, true, false, false]);
    expect([attempts.wanted, attempts.takenDown, attempts.next]).toEqual([false, false, undefined]);
    attempts.want();
    expect(waits(attempts, 3).map((wait) => wait > 0)).toEqual([true, true, false]);
  });

  it('are one at a time, due once, and none where nobody wants any', () => {
    const attempts = new Attempts(new SeededRandom('attempts'));
    expect(attempts.failed(instant(0))).toBeUndefined();
    attempts.want();
    const delay = attempts.failed(instant(0)) ?? 0;
    expect(attempts.failed(instant(0))).toBeUndefined();
    expect([attempts.due(instant(delay - 1)), attempts.due(instant(delay)), attempts.due(instant(delay))]).toEqual([
      false,
      true,
      false,
    ]);
    attempts.failed(instant(delay));
    attempts.takeDown();
    expect([attempts.next, attempts.wanted]).toEqual([undefined, false]);
  });
});
