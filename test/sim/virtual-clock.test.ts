import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant, milliseconds } from '../../src/base/instant.ts';
import { VirtualClock } from '../../src/sim/virtual-clock.ts';

const runAll = (clock: VirtualClock): void => {
  while (clock.step());
};

describe('a virtual clock', () => {
  it('does things by their moment, and at one moment in the order in which they were asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 60 }), (moments) => {
        const clock = new VirtualClock();
        const done: [number, number][] = [];
        for (const [i, moment] of moments.entries()) clock.at(instant(moment), () => done.push([clock.now, i]));
        runAll(clock);
        const expected = moments.map((moment, i): [number, number] => [moment, i]);
        expect(done).toEqual(expected.toSorted(([a, i], [b, j]) => a - b || i - j));
      }),
    );
  });

  it('does not do what was cancelled', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.boolean()), { maxLength: 60 }), (things) => {
        const clock = new VirtualClock();
        const done: number[] = [];
        const scheduled = things.map(([moment], i) => clock.at(instant(moment), () => done.push(i)));
        for (const [i, [, cancelled]] of things.entries()) if (cancelled) scheduled[i]?.cancel();
        runAll(clock);
        expect(done.toSorted((a, b) => a - b)).toEqual(things.flatMap(([, cancelled], i) => (cancelled ? [] : [i])));
      }),
    );
  });

  it('does what is asked for while something is done, even for the same moment', () => {
    const clock = new VirtualClock();
    const done: string[] = [];
    clock.at(instant(5), () => {
      done.push('first');
      clock.after(milliseconds(0), () => done.push('asked for by the first'));
    });
    clock.at(instant(5), () => done.push('second'));
    runAll(clock);
    expect(done).toEqual(['first', 'second', 'asked for by the first']);
  });

  it('never goes back', () => {
    const clock = new VirtualClock();
    clock.advance(instant(100));
    expect(() => clock.at(instant(99), () => undefined)).toThrow(
      expect.objectContaining({ code: 'TIME_WENT_BACKWARDS' }),
    );
    expect(() => clock.at(instant(Number.NaN), () => undefined)).toThrow(
      expect.objectContaining({ code: 'TIME_WENT_BACKWARDS' }),
    );
    expect(() => clock.advance(instant(99))).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(clock.now).toBe(100);
  });

  it('does not pass over what is to come', () => {
    const clock = new VirtualClock();
    const first = clock.at(instant(10), () => undefined);
    expect(clock.next).toBe(10);
    expect(() => clock.advance(instant(11))).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    first.cancel();
    expect(clock.next).toBeUndefined();
    clock.advance(instant(11));
    expect([clock.now, clock.step()]).toEqual([11, false]);
  });
});
