import { describe, expect, it } from 'vitest';
import { instant, seconds } from '../../src/base/instant.ts';
import { Places } from '../../src/ike/places.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';

const placesOf = (capacity: number, seed = 'places'): Places<string> =>
  new Places({ capacity, fairShare: 4, grace: seconds(1), random: new SeededRandom(seed) });

let items = 0;
/** Asks for a place; who had to go, undefined where nobody had to, or `refused`. */
function come(places: Places<string>, source: string, at: number): string | undefined {
  const room = places.roomFor(source, instant(at));
  if (!room.room) return 'refused';
  if (room.displaced !== undefined) places.delete(room.displaced);
  places.add(`${source} ${++items}`, source, instant(at));
  return room.displaced;
}
const sourceOf = (item: string | undefined): string => item?.split(' ')[0] ?? 'none';

describe('places', () => {
  it('are given while there are any, and then nobody has to go who has not had his time', () => {
    const places = placesOf(3);
    expect(['a', 'b', 'c', 'd'].map((source) => come(places, source, 0))).toEqual([
      undefined,
      undefined,
      undefined,
      'refused',
    ]);
    expect(places.size).toBe(3);
    // Safe for half to one and a half times the grace.
    expect(come(places, 'd', 499)).toBe('refused');
    expect(['a', 'b', 'c']).toContain(sourceOf(come(places, 'd', 1500)));
    expect(places.size).toBe(3);
  });

  it('are free again when one is given back, and giving back what is not held does nothing', () => {
    const places = placesOf(1);
    places.add('one', 'a', instant(0));
    places.delete('another');
    expect(come(places, 'b', 0)).toBe('refused');
    places.delete('one');
    places.delete('one');
    expect([come(places, 'b', 0), places.size]).toEqual([undefined, 1]);
  });

  it('of a source that holds more than a fair share go at once to others, and not to itself', () => {
    const places = placesOf(10);
    for (let i = 0; i < 10; i++) come(places, 'crowd', 0);
    expect(come(places, 'crowd', 0)).toBe('refused');
    // Six are more than its share; the rest is as safe as anybody's.
    const outcomes = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((source) => sourceOf(come(places, source, 0)));
    expect(outcomes).toEqual([...Array.from({ length: 6 }, () => 'crowd'), 'refused']);
  });

  it('are taken from the largest of several crowds', () => {
    const places = placesOf(16);
    for (let i = 0; i < 10; i++) come(places, 'large', 0);
    for (let i = 0; i < 6; i++) come(places, 'small', 0);
    const outcomes = Array.from({ length: 5 }, (_, i) => sourceOf(come(places, `other${i}`, 0)));
    expect(outcomes.slice(0, 4)).toEqual(['large', 'large', 'large', 'large']);
  });

  it('of somebody who floods are those that others have, so each of five peers gets one', () => {
    const places = placesOf(64);
    for (let i = 0; i < 5000; i++) come(places, 'flood', i);
    for (let i = 0; i < 5; i++) expect(sourceOf(come(places, `peer${i}`, 5000))).toBe('flood');
    for (let i = 0; i < 400; i++) come(places, 'flood', 5000 + i);
    for (let i = 0; i < 5; i++) expect(come(places, `peer${i}`, 5400)).not.toBe('refused');
  });
});

/** How many of the visitors who come once a second, from a source of their own each, get a place under a flood from everywhere. */
function admitted(capacity: number, ratePerSecond: number, burst: boolean, visitors: number): number {
  const places = placesOf(capacity, `flood ${ratePerSecond} ${burst}`);
  let got = 0;
  let flooding = 0;
  for (let second = 0; second < visitors + 3; second++) {
    for (let i = 0; i < ratePerSecond; i++) {
      const at = second * 1000 + (burst ? 0 : Math.floor((i * 1000) / ratePerSecond));
      come(places, `flood${++flooding}`, at);
      if (
        i === Math.floor(ratePerSecond / 2) &&
        second >= 3 &&
        !burst &&
        come(places, `visitor${second}`, at) !== 'refused'
      )
        got++;
    }
    if (burst && second >= 3 && come(places, `visitor${second}`, second * 1000 + 700) !== 'refused') got++;
  }
  return got / visitors;
}

describe('under a flood that writes another source on each message', () => {
  it.each([
    [64, 0.5],
    [256, 0.2],
    [1024, 0.06],
  ])('of %i a second and 64 places, about one in 1 + r · grace / capacity gets in: %f', (rate, share) => {
    const got = admitted(64, rate, false, 400);
    expect(got).toBeGreaterThan(share * 0.7);
    expect(got).toBeLessThan(share * 1.4);
  });

  it('that comes in bursts as long apart as a place is safe, it is no worse', () => {
    expect(admitted(64, 256, true, 400)).toBeGreaterThan(0.15);
  });
});
