import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CHECKLIST } from '../coverage/checklist.ts';
import { FEATURES } from '../coverage/features.ts';
import { KNOWN_BUGS } from '../coverage/known-bugs.ts';
import { type Chapter, type Item, type Standing, standingOf } from '../coverage/item.ts';
import { SCENARIOS } from '../coverage/scenarios.ts';
import { inProject, readInProject } from '../project.ts';
import { expectGenerated, markdownTable } from './generated.ts';

const ITEMS = [...FEATURES, ...CHECKLIST, ...KNOWN_BUGS, SCENARIOS].flatMap(({ items }) => items);

const escaped = (text: string): string => text.replaceAll('|', String.raw`\|`);

function shownBy({ tests = {}, refused, except, open }: Item): string {
  const titles = Object.entries(tests).map(
    ([file, names]) => `[${file}](../test/${file}): ${names.map((name) => `“${name}”`).join(', ')}`,
  );
  const said = (what: string, why?: string): string[] => (why === undefined ? [] : [`${what}: ${why}.`]);
  return escaped(
    [...titles, ...said('Refused', refused), ...said('Except', except), ...said('Open', open)].join('<br>'),
  );
}

function chapter({ title, items }: Chapter): string {
  const rows = items.map((item) => [item.id, escaped(item.what), standingOf(item), shownBy(item)]);
  return `### ${title}\n\n${markdownTable(['', 'what', 'standing', 'shown by'], rows)}\n`;
}

function count(chapters: readonly Chapter[], standing: Standing): number {
  return chapters.flatMap(({ items }) => items).filter((item) => standingOf(item) === standing).length;
}

function part(title: string, text: string, chapters: readonly Chapter[]): string {
  const numbers = (['done', 'refused on purpose', 'open'] as const).map((it) => `${count(chapters, it)} ${it}`);
  return `## ${title}\n\n${text} ${numbers.join(', ')}.\n\n${chapters.map(chapter).join('\n')}`;
}

function coverage(): string {
  return `# IKEv1: what is done, what is refused, what is open

Made from \`test/coverage\` by \`npm run docs\`. What is done names the tests that fail when it is taken out, by the titles that they have
in the code; a title that is not there fails the build.

${part('Features', 'What IKEv1 implementations are asked for.', FEATURES)}
${part('Checklist', 'Facts of the protocol that implementers trip on, by number.', CHECKLIST)}
${part('Known bugs', 'What others had to mend, by number, and what keeps us from it.', KNOWN_BUGS)}
${part('Scenarios', 'What strongSwan tests of IKEv1 (`testing/tests/ikev1`, by name), and the cells in which a charon does it with us.', [SCENARIOS])}`;
}

/** A title stands in the code as a whole string, whatever quotes it needs there. */
const stands = (code: string, title: string): boolean =>
  ["'", '"', '`'].some((quote) => code.includes(`${quote}${title.replaceAll(quote, `\\${quote}`)}${quote}`));

test('docs/ikev1-coverage.md says what stands behind every item', () => {
  expectGenerated('docs/ikev1-coverage.md', coverage());
});

test('every test that an item names is there', () => {
  const missing = ITEMS.flatMap(({ id, tests = {} }) =>
    Object.entries(tests).flatMap(([file, titles]) => {
      const code = existsSync(inProject(`test/${file}`)) ? readInProject(`test/${file}`) : '';
      return titles.filter((title) => !stands(code, title)).map((title) => `${id}: ${file}: ${title}`);
    }),
  );
  expect(missing).toEqual([]);
});

test('every item has a test, a reason why it is refused, or what is missing', () => {
  expect(ITEMS.filter(({ tests, refused, open }) => (tests ?? refused ?? open) === undefined)).toEqual([]);
});

test('there is an item for each of the 40 scenarios of strongSwan', () => {
  expect(new Set(SCENARIOS.items.map(({ id }) => id)).size).toBe(40);
});

test('the checklist has 130 items, in order', () => {
  const ids = CHECKLIST.flatMap(({ items }) => items.map(({ id }) => id));
  expect(ids).toEqual(Array.from({ length: 130 }, (_, at) => `C-${String(at + 1).padStart(2, '0')}`));
});
