import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editDistance, nearest, suggestion } from '../../src/config/suggest.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });

describe('editDistance', () => {
  test.each([
    ['listen', 'listen', 0],
    ['lissen', 'listen', 1],
    ['lsiten', 'listen', 1],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
  ])('from %j to %j it is %i', (a, b, expected) => {
    expect(editDistance(a, b)).toBe(expected);
  });

  test('is the same in both directions, and 0 only for the same word', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(editDistance(b, a)).toBe(distance);
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe('nearest', () => {
  const keys = ['name', 'listen', 'ports', 'limits', 'replayWindow'];

  test.each([
    ['lissen', 'listen'],
    ['replay_window', 'replayWindow'],
    ['REPLAYWINDOW', 'replayWindow'],
    ['port', 'ports'],
    ['mode', undefined],
    ['x', undefined],
    ['limit', 'limits'],
  ])('%j means %j', (written, expected) => {
    expect(nearest(written, keys)).toBe(expected);
  });

  test('where two are as near as each other, neither is meant', () => {
    expect(nearest('aes512', ['aes128', 'aes192'])).toBeUndefined();
  });

  test('of none there is none', () => {
    expect(nearest('name', [])).toBeUndefined();
  });
});

test('a suggestion is the nearest word, or all of them where none is near', () => {
  expect(suggestion('lissen', ['name', 'listen'])).toBe('did you mean "listen"?');
  expect(suggestion('colour', ['name', 'listen'])).toBe('known here: name, listen');
});
