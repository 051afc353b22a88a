import { expect, test } from 'vitest';
import { Fragments, type Joined } from '../../src/decode/fragments.ts';

const piece = (number: number, octet: number, last = false, fragmentId = 1) => ({
  ...{ fragmentId, number, last },
  data: Uint8Array.of(octet),
});
const plain = (joined: Joined | undefined) => joined && [[...joined.message], joined.frames];

test('fragments are joined in their order, in whichever they come', () => {
  const fragments = new Fragments();
  expect(fragments.add('a', piece(3, 30, true), 1)).toBeUndefined();
  expect(fragments.add('a', piece(1, 10), 2)).toBeUndefined();
  expect(plain(fragments.add('a', piece(2, 20), 3))).toEqual([
    [10, 20, 30],
    [2, 3, 1],
  ]);
});

test('those of other senders and ids are kept apart', () => {
  const fragments = new Fragments();
  fragments.add('a', piece(1, 10), 1);
  expect(fragments.add('b', piece(2, 20, true), 2)).toBeUndefined();
  expect(fragments.add('a', piece(2, 21, true, 2), 3)).toBeUndefined();
  expect(plain(fragments.add('a', piece(2, 22, true), 4))).toEqual([
    [10, 22],
    [1, 4],
  ]);
});

test('a number that is there already begins another message: strongSwan gives all of them one id', () => {
  const fragments = new Fragments();
  fragments.add('a', piece(1, 10), 1);
  fragments.add('a', piece(1, 11), 2);
  expect(plain(fragments.add('a', piece(2, 21, true), 3))).toEqual([
    [11, 21],
    [2, 3],
  ]);
});

test('a bounded number of messages is kept', () => {
  const fragments = new Fragments();
  for (let id = 0; id < 65; id++) fragments.add('a', piece(1, id, false, id), id);
  expect(fragments.add('a', piece(2, 1, true, 0), 100)).toBeUndefined();
  expect(fragments.add('a', piece(2, 1, true, 64), 101)).toBeDefined();
});
