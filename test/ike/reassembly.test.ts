import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant, seconds } from '../../src/base/instant.ts';
import { LIMITS, type Limits } from '../../src/ike/limits.ts';
import type { IsakmpSa } from '../../src/ike/isakmp-sa.ts';
import { type Arrival, Reassembly, type Sender } from '../../src/ike/reassembly.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';

/** ISAKMP SAs, as many as are asked for. */
const sas = (count: number): IsakmpSa[] => Array.from({ length: count }, () => PairOfEndpoints.up().a.isakmp());
const [one, two, three] = sas(3) as [IsakmpSa, IsakmpSa, IsakmpSa];

class Pool {
  readonly reassembly: Reassembly;
  now = instant(0);
  constructor(limits: Partial<Limits> = {}) {
    this.reassembly = new Reassembly({ ...LIMITS, ...limits }, new SeededRandom('pool'));
  }
  add(
    sa: IsakmpSa,
    number: number,
    { id = 1, last = false, length = 1, sender = 'known', source = 'peer' }: Partial<Given> = {},
  ): Arrival {
    const fragment = { fragmentId: id, number, last, data: new Uint8Array(length).fill(number) };
    return this.reassembly.add(sa, { sender, source }, fragment, this.now);
  }
}
interface Given {
  readonly id: number;
  readonly last: boolean;
  readonly length: number;
  readonly sender: Sender;
  readonly source: string;
}

describe('messages of which some fragments are there', () => {
  it('are handed on when they are whole, and again when they come again', () => {
    const pool = new Pool();
    expect(pool.add(one, 2, { last: true })).toEqual({ lost: [] });
    expect(pool.reassembly.size).toBe(1);
    expect(pool.add(one, 1)).toEqual({ whole: Uint8Array.of(1, 2), lost: [] });
    expect(pool.add(one, 1)).toEqual({ lost: [] });
    expect(pool.add(one, 1)).toEqual({ refused: 'duplicate', lost: [] });
    expect(pool.add(one, 2, { last: true })).toEqual({ whole: Uint8Array.of(1, 2), lost: [] });
    // Nothing is lost with it.
    pool.now = instant(30_000);
    expect(pool.reassembly.expired(pool.now)).toEqual([]);
    expect(pool.reassembly.size).toBe(0);
  });

  it('have their time anew where another message begins under the id of one that was whole', () => {
    const pool = new Pool();
    pool.add(one, 1, { last: true });
    pool.now = instant(29_000);
    expect(pool.add(one, 1, { length: 2 })).toEqual({ lost: [] });
    expect(pool.reassembly.deadline()).toBe(59_000);
  });

  it('of two SAs are kept apart', () => {
    const pool = new Pool();
    pool.add(one, 1);
    expect(pool.add(two, 2, { last: true })).toEqual({ lost: [] });
  });

  it('have 30 s from their first fragment, on the engine’s clock', () => {
    const pool = new Pool();
    pool.add(one, 1);
    pool.now = instant(29_999);
    expect(pool.add(one, 2).lost).toEqual([]);
    expect(pool.reassembly.deadline()).toBe(seconds(30));
    pool.now = instant(30_000);
    expect(pool.add(one, 3, { last: true })).toEqual({ lost: [one] });
    expect(pool.reassembly.deadline()).toBe(60_000);
  });

  it('are refused with more fragments than 64, or more octets than 32,768', () => {
    const pool = new Pool();
    const told = Array.from({ length: 65 }, (_, i) => pool.add(one, i + 1).refused);
    expect(told.slice(0, 64).every((refused) => refused === undefined)).toBe(true);
    expect(told[64]).toBe('limit');
    expect(pool.reassembly.size).toBe(0);
    expect(pool.add(one, 1, { length: 32_768 }).refused).toBeUndefined();
    expect(pool.add(one, 2)).toEqual({ refused: 'limit', lost: [] });
    expect(pool.reassembly.size).toBe(0);
  });

  it('are one at a time in phase 1: another id ends the first', () => {
    const pool = new Pool();
    pool.add(one, 1);
    expect(pool.add(one, 1, { id: 2 })).toEqual({ lost: [one] });
    expect(pool.add(one, 2, { last: true })).toEqual({ lost: [one] });
  });

  it('are four at a time of a peer that has proved itself', () => {
    const pool = new Pool();
    for (const id of [1, 2, 3, 4]) expect(pool.add(one, 1, { id, sender: 'proved' })).toEqual({ lost: [] });
    expect(pool.add(one, 1, { id: 5, sender: 'proved' })).toEqual({ lost: [one] });
    expect(pool.add(one, 2, { id: 2, sender: 'proved', last: true }).whole).toEqual(Uint8Array.of(1, 2));
    expect(pool.add(one, 2, { id: 1, sender: 'proved', last: true }).whole).toBeUndefined();
  });

  it('that give way to another of their id are counted as lost', () => {
    const pool = new Pool();
    pool.add(one, 1);
    expect(pool.add(one, 1, { length: 2 })).toEqual({ lost: [one] });
    expect(pool.add(one, 1, { length: 2 })).toEqual({ refused: 'duplicate', lost: [] });
  });

  it('have places: a stranger’s take none of a known peer’s, and a full room refuses until one has had its time', () => {
    const pool = new Pool({ partialMessages: 2 });
    pool.add(one, 1, { sender: 'stranger', source: 'x' });
    pool.add(two, 1, { sender: 'stranger', source: 'y' });
    expect(pool.add(three, 1, { sender: 'stranger', source: 'z' })).toEqual({ refused: 'limit', lost: [] });
    expect(pool.add(three, 1, { sender: 'known' })).toEqual({ lost: [] });
    pool.now = instant(3001);
    expect(pool.add(three, 1, { id: 2, sender: 'stranger', source: 'z' }).lost).toHaveLength(2);
  });

  it('that were whole have no place, and the oldest of them makes room', () => {
    const pool = new Pool({ partialMessages: 2 });
    for (const sa of [one, two, three]) expect(pool.add(sa, 1, { last: true }).whole).toEqual(Uint8Array.of(1));
    expect(pool.reassembly.size).toBe(2);
    expect([one, two].map((sa) => pool.add(sa, 1, { length: 2 }).refused)).toEqual([undefined, undefined]);
    expect(pool.add(three, 1, { length: 2 })).toEqual({ refused: 'limit', lost: [] });
  });

  it('of a source that has begun more than four give way at once', () => {
    const pool = new Pool({ partialMessages: 5 });
    const many = sas(5);
    for (const sa of many) pool.add(sa, 1, { sender: 'stranger', source: 'crowd' });
    const { lost, refused } = pool.add(one, 1, { sender: 'stranger', source: 'other' });
    expect([lost.length, refused]).toEqual([1, undefined]);
    expect(many).toContain(lost[0]);
  });

  it('CVE-2016-1287 (Cisco): whatever numbers, lengths and ids they have, what comes out is what went in, and not too much', () => {
    const given = fc.record({
      id: fc.nat({ max: 2 }),
      number: fc.integer({ min: 1, max: 70 }),
      last: fc.boolean(),
      length: fc.oneof(fc.nat({ max: 3 }), fc.constantFrom(0, 27, 28, 32_767, 32_768, 65_535)),
      sender: fc.constantFrom<Sender>('proved', 'known', 'stranger'),
    });
    fc.assert(
      fc.property(fc.array(given, { maxLength: 60 }), (all) => {
        const pool = new Pool();
        for (const { number, ...rest } of all) {
          const { whole } = pool.add(one, number, rest);
          expect(pool.reassembly.size).toBeLessThanOrEqual(5);
          if (whole === undefined) continue;
          expect(whole.length).toBeLessThanOrEqual(LIMITS.fragmentedMessage);
          // Each fragment is full of its number: they are there from the first on, in their order.
          const numbers = [...new Set(whole)];
          expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        }
      }),
      { numRuns: 200 },
    );
  });
});
