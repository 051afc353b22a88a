import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../../src/base/instant.ts';
import { Timetable } from '../../src/base/timetable.ts';

test('the earliest is next, and what is due comes in the order of its times', () => {
  const timetable = new Timetable<string>();
  expect(timetable.next()).toBeUndefined();
  timetable.set('late', instant(30));
  timetable.set('early', instant(10));
  timetable.set('middle', instant(20));
  expect(timetable.next()).toBe(10);
  expect(timetable.due(instant(20))).toEqual(['early', 'middle']);
  expect(timetable.due(instant(9))).toEqual([]);
});

test('what is due stays due until it is set anew', () => {
  const timetable = new Timetable<string>();
  timetable.set('a', instant(10));
  expect(timetable.due(instant(10))).toEqual(['a']);
  expect(timetable.next()).toBe(10);
  timetable.set('a', instant(40));
  expect(timetable.next()).toBe(40);
  timetable.set('a', undefined);
  expect(timetable.next()).toBeUndefined();
  expect(timetable.due(instant(100))).toEqual([]);
});

test('it agrees with a search through everything, whatever is set when', () => {
  const step = fc.tuple(
    fc.integer({ min: 0, max: 40 }),
    fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600 }), fc.integer({ min: 0, max: 100 }), (steps, now) => {
      const timetable = new Timetable<number>();
      const slow = new Map<number, number>();
      for (const [thing, at] of steps) {
        timetable.set(thing, at === undefined ? undefined : instant(at));
        if (at === undefined) slow.delete(thing);
        else slow.set(thing, at);
        expect(timetable.next()).toBe(slow.size === 0 ? undefined : Math.min(...slow.values()));
      }
      const due = timetable.due(instant(now));
      expect(due.toSorted((a, b) => a - b)).toEqual(
        [...slow]
          .filter(([, at]) => at <= now)
          .map(([thing]) => thing)
          .toSorted((a, b) => a - b),
      );
      const times = due.map((thing) => slow.get(thing) ?? 0);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }),
    { seed: 7, numRuns: 100 },
  );
});
