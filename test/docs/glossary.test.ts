import { expect, test } from 'vitest';
import { sourceFiles } from '../architecture/source.ts';
import { readInProject } from '../project.ts';

/** The identifiers of the second column; what is no bare identifier there is a way of speaking. */
const identifiers = (document: string): string[] =>
  document
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => [...(line.split(/(?<!\\)\|/)[2] ?? '').matchAll(/`(\w+)`/g)])
    .map(([, name = '']) => name);

test('every identifier of the glossary is in the code', () => {
  const declared = new Set(sourceFiles().flatMap(({ declarations }) => declarations.map(({ name }) => name)));
  expect(identifiers(readInProject('docs/glossary.md')).filter((name) => !declared.has(name))).toEqual([]);
});

test('the second column is what is looked up', () => {
  expect(
    identifiers('| RFC | identifier | what |\n|---|---|---|\n| `no` P \\| T | `yes`, `also` and `not this` | `nor` |'),
  ).toEqual(['yes', 'also']);
});
