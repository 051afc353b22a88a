import { describe, expect, it } from 'vitest';
import { sameData } from '../../src/base/same-data.ts';
import { Secret } from '../../src/base/secret.ts';

const octets = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('plain data is the same', () => {
  it.each([
    ['numbers', 1, 1],
    ['nothing', undefined, undefined],
    ['lists', [1, [2, 'x']], [1, [2, 'x']]],
    ['objects, in whatever order their keys are', { a: 1, b: { c: octets(1, 2) } }, { b: { c: octets(1, 2) }, a: 1 }],
    ['an object with a key that is undefined, and one without', { a: 1, b: undefined }, { a: 1 }],
  ])('as its copy: %s', (_, a, b) => {
    expect([sameData(a, b), sameData(b, a)]).toEqual([true, true]);
  });

  it.each([
    ['numbers', 1, 2],
    ['a number and its text', 1, '1'],
    ['lists of another order', [1, 2], [2, 1]],
    ['lists of another length', [1], [1, 1]],
    ['octets', octets(1, 2), octets(1, 3)],
    ['octets and a list of numbers', octets(1, 2), [1, 2]],
    ['a key more', { a: 1 }, { a: 1, b: null }],
    ['other keys', { a: undefined, b: 1 }, { a: 1, b: undefined }],
    ['nothing and an object', null, {}],
  ])('not where anything differs: %s', (_, a, b) => {
    expect([sameData(a, b), sameData(b, a)]).toEqual([false, false]);
  });

  it('only as itself where nothing can be seen of it', () => {
    const secret = new Secret(octets(1));
    expect([sameData(secret, secret), sameData(secret, new Secret(octets(1)))]).toEqual([true, false]);
  });
});
