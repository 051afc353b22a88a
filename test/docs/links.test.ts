import { expect, test } from 'vitest';
import { readInProject } from '../project.ts';
import { deadLinks, documents } from './markdown.ts';

test('every relative link in the documents leads somewhere', () => {
  expect(documents().flatMap((path) => deadLinks(path, readInProject(path)))).toEqual([]);
});

test.each([
  ['[a](nowhere.md)', ['docs/x.md: nowhere.md']],
  ['[a](../package.json), [b](https://example.org/nowhere)', []],
  ['# One thing, `and` another\n[a](#one-thing-and-another) [b](#two)', ['docs/x.md: #two']],
  ['[a](architecture.md#the-house) [b](architecture.md#the-shed)', ['docs/x.md: architecture.md#the-shed']],
  ['```\n[a](nowhere.md)\n```\nand `[b](nowhere.md)`', []],
])('a link that leads nowhere is found: %j', (document, expected) => {
  expect(deadLinks('docs/x.md', document)).toEqual(expected);
});
