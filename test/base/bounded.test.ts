import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedMap } from '../../src/base/bounded.ts';

describe('BoundedMap', () => {
  it('lets the oldest entry go when it is full, and says which', () => {
    const map = new BoundedMap<string, number>(2);
    expect([map.set('a', 1), map.set('b', 2), map.set('c', 3)]).toEqual([undefined, undefined, ['a', 1]]);
    expect([...map.entries()]).toEqual([
      ['b', 2],
      ['c', 3],
    ]);
    expect([...map.values()]).toEqual([2, 3]);
    expect([map.has('a'), map.get('a'), map.has('b'), map.get('b')]).toEqual([false, undefined, true, 2]);
  });
  it('keeps the place of an entry that is set again, so that touching does not keep it for ever', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.set('a', 9)).toBeUndefined();
    expect(map.set('c', 3)).toEqual(['a', 9]);
  });
  it('has room again for what was deleted', () => {
    const map = new BoundedMap<string, number>(1);
    map.set('a', 1);
    expect([map.delete('a'), map.delete('a'), map.size]).toEqual([true, false, 0]);
    expect(map.set('b', 2)).toBeUndefined();
  });
  it('holds what a slow list holds, and never more than it may', () => {
    const call = fc.record({ key: fc.nat(6), remove: fc.boolean() });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(call), (capacity, calls) => {
        const map = new BoundedMap<number, number>(capacity);
        let list: [number, number][] = [];
        for (const [i, { key, remove }] of calls.entries()) {
          const at = list.findIndex(([known]) => known === key);
          if (remove) {
            expect(map.delete(key)).toBe(at >= 0);
            list = list.filter(([known]) => known !== key);
          } else {
            const gone = at < 0 && list.length === capacity ? list.shift() : undefined;
            expect(map.set(key, i)).toEqual(gone);
            if (at < 0) list.push([key, i]);
            else list[at] = [key, i];
          }
          expect([...map.entries()]).toEqual(list);
          expect(map.size).toBe(list.length);
        }
      }),
    );
  });
});
