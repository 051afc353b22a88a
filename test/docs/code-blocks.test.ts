import { expect, test } from 'vitest';
import { utf8Bytes } from '../../src/base/bytes.ts';
import { checkConfig } from '../../src/config/parse.ts';
import { complaints } from './code-blocks.ts';
import { fences, fencesIn } from './markdown.ts';

test('every block of TypeScript in the documents compiles', { timeout: 120_000 }, () => {
  const blocks = fences('ts');
  expect(blocks.length).toBeGreaterThan(0);
  expect(complaints('code-blocks', blocks)).toEqual([]);
});

test('a block that does not compile is found, with its place', { timeout: 120_000 }, () => {
  const blocks = [
    { where: 'a.md:3', text: `export const x = 1;` },
    { where: 'b.md:7', text: `const x = 1;\nconst y: string = x;` },
  ];
  expect(complaints('code-blocks-sample', blocks)).toEqual([
    "b.md:7 line 2: error TS2322: Type 'number' is not assignable to type 'string'.",
  ]);
});

/** Whole configurations; a block without connections shows a part. */
const configurations = () => fences('yaml').filter(({ text }) => /^connections:/m.test(text));

const key = 'as unguessable as 29 dice are';
/** Whatever secret a document asks for is there. */
const sources = { env: new Proxy<Record<string, string>>({}, { get: () => key }), readFile: () => utf8Bytes(key) };

test('every configuration in the documents is valid', () => {
  const faults = configurations().flatMap(({ where, text }) =>
    checkConfig(text, sources).errors.map(({ message, line }) => `${where}, line ${line}: ${message}`),
  );
  expect(faults).toEqual([]);
});

test('blocks are found by their language, with the line that they begin on', () => {
  const document = 'a\n\n```ts\nx;\n```\n```yaml\ny: 1\n```\n```ts\nz;\n```\n';
  expect(fencesIn(document, 'ts')).toEqual([
    { line: 3, text: 'x;\n' },
    { line: 9, text: 'z;\n' },
  ]);
});
