import { describe, expect, test } from 'vitest';
import { posix } from 'node:path';
import { existsInProject, readInProject } from '../project.ts';
import { textOf } from './functions.ts';
import { bytesOf, chainFaults, recordedBytes, stops } from './tour.ts';

const tour = readInProject('docs/tour.md');

test('every function that the tour names is in the file that it links to', () => {
  const named = [...tour.matchAll(/\[`([\w.#]+)`\]\(([^)]+\.ts)\)/g)].map(([, name = '', link = '']) => ({
    name,
    path: posix.join('docs', link),
  }));
  expect(named.length).toBeGreaterThan(100);
  const wrong = named.filter(({ name, path }) => {
    if (!existsInProject(path)) return true;
    try {
      return textOf(readInProject(path), name) === '';
    } catch {
      return true;
    }
  });
  expect(wrong).toEqual([]);
});

test('every stop is called by one before it, and the arrows of an exchange come in the order of its step', () => {
  expect(stops(tour).length).toBeGreaterThan(15);
  expect(stops(tour).flatMap((list) => chainFaults(list, readInProject))).toEqual([]);
});

describe('the octets are those of the recordings', () => {
  test.each(bytesOf(tour))('$name', ({ name, pattern }) => {
    expect(recordedBytes(name)).toMatch(pattern);
  });

  test('keys of phase 1', () => {
    const keys = Object.fromEntries([...tour.matchAll(/^\| `(\w+)` \| `([0-9a-f]+)` \|$/gm)].map(([, k, v]) => [k, v]));
    expect(Object.keys(keys)).toEqual(['skeyid', 'skeyid_d', 'skeyid_a', 'skeyid_e', 'enc_key', 'iv']);
    expect(recordedBytes('derived')).toEqual(expect.objectContaining(keys));
  });

  test('no message is left out', () => {
    const names = [1, 2, 3, 4, 5, 6, 7].map((n) => `message ${n}`);
    const plain = [5, 6, 7, 8, 9].map((n) => `plaintext ${n}`);
    expect(
      bytesOf(tour)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['esp', ...names, ...plain]);
  });
});

test('a stop that nobody calls and an arrow out of order are found', () => {
  const files: Readonly<Record<string, string>> = {
    'a.ts':
      'function step(x) { if (x) return one(); return two(); }\nfunction one() {}\nfunction two() {}\nfunction three() {}',
  };
  const read = (path: string): string => files[path] ?? '';
  const at = (name: string) => ({ name, path: 'a.ts' });
  expect(chainFaults([at('step'), at('one'), at('two')], read)).toEqual([]);
  expect(chainFaults([at('step'), at('three')], read)).toEqual(['nothing before three names it']);
  expect(chainFaults([at('step'), at('two'), at('one')], read)).toEqual(['one comes before two in step']);
});
