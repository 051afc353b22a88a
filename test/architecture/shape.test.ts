import { expect, test } from 'vitest';
import { filesBelow, readInProject } from '../project.ts';
import { badPaths, barrels, forbiddenNames, tooLong } from './shape.ts';
import { parseSource, sourceFiles } from './source.ts';
import { architecture } from './tables.ts';

const { names } = architecture();
const files = sourceFiles();
const written = [
  ...['src', 'test', 'examples', 'bench'].flatMap((folder) => filesBelow(folder, '.ts')),
  ...['scripts', 'bench'].flatMap((folder) => filesBelow(folder, '.mjs')),
];
const badNames = (path: string, text: string): string[] => forbiddenNames([parseSource(path, text)], names);

test('a file fits on a few screens', () => {
  expect(tooLong(written.map((path) => ({ path, lines: readInProject(path).split('\n').length - 1 })))).toEqual([]);
});

test('a long file is found', () => {
  const lines = [300, 301].map((count) => ({ path: `${count}.ts`, lines: count }));
  expect(tooLong(lines)).toEqual(['301.ts: 301 lines, at most 300']);
});

test('files and folders are kebab-case and say what they hold', () => {
  expect(badPaths(written)).toEqual([]);
});

test.each([
  ['src/ike/mainMode.ts', ['src/ike/mainMode.ts: mainMode is not kebab-case']],
  ['src/ike/Main.ts', ['src/ike/Main.ts: Main is not kebab-case']],
  ['src/ike/utils/pad.ts', ['src/ike/utils/pad.ts: utils says nothing']],
  ['src/base/helpers.ts', ['src/base/helpers.ts: helpers says nothing']],
  ['test/types.test-d.ts', []],
  ['test/ike/main-mode.test.ts', []],
])('a bad path is found: %s', (path, expected) => {
  expect(badPaths([path])).toEqual(expected);
});

test('only the entry points hand on what other files export', () => {
  expect(barrels(files)).toEqual([]);
});

test('a barrel is found', () => {
  const at = (path: string, text: string) => parseSource(path, text);
  const found = barrels([
    at('index.ts', `export { x } from './base/x.ts';`),
    at('ike/index.ts', `export const x = 1;`),
    at('ike/all.ts', `import { z } from './z.ts'; export { x } from './x.ts'; export * from './y.ts';`),
    at('ike/some.ts', `export { x } from './x.ts'; export const y = 1;`),
  ]);
  expect(found).toEqual(['ike/index.ts: a barrel', 'ike/all.ts: a barrel']);
});

test('names come from the RFCs', () => {
  expect(forbiddenNames(files, names)).toEqual([]);
});

test.each([
  ['ike/endpoint.ts', 'const ikeSa = 1;', ['ike/endpoint.ts: ikeSa (ikeSa)']],
  ['ike/endpoint.ts', 'interface ChildSaState { a: 1 }', ['ike/endpoint.ts: ChildSaState (childSa)']],
  ['ike/endpoint.ts', 'const f = ({ session }: X) => session;', ['ike/endpoint.ts: session (session)']],
  ['ike/endpoint.ts', 'interface X { readonly serverName: string }', ['ike/endpoint.ts: serverName (server)']],
  ['ike/session-table.ts', 'export {};', ['ike/session-table.ts: session-table (session)']],
  ['ike/sa-table.ts', 'export {};', []],
  ['status/api.ts', 'const server = fastify();', []],
  ['ike/endpoint.ts', 'const isakmpSa = x.ikeSa;', []],
  ['ike/endpoint.ts', 'function getSa() {}', ['ike/endpoint.ts: getSa (get…)']],
  ['ike/endpoint.ts', 'const getSa = () => 1;', ['ike/endpoint.ts: getSa (get…)']],
  ['ike/endpoint.ts', 'class Sa { getKey() {} get key() { return 1; } }', ['ike/endpoint.ts: getKey (get…)']],
  ['ike/endpoint.ts', 'class SaManager {}', ['ike/endpoint.ts: SaManager (…Manager)']],
])('a name that is not used is found: %s %s', (path, text, expected) => {
  expect(badNames(path, text)).toEqual(expected);
});
