import { expect, test } from 'vitest';
import { filesBelow, readInProject } from '../project.ts';
import { citations } from './citations.ts';
import { expectGenerated, markdownTable } from './generated.ts';
import sections from './rfc-sections.json' with { type: 'json' };

const KNOWN: Readonly<Record<string, Readonly<Record<string, string>>>> = sections;

/** `2409 5.5` → the files that cite it. */
function citers(folder: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  // The tests of this generator hold samples of citations, not citations.
  for (const file of filesBelow(folder, '.ts').filter((path) => !path.startsWith('test/docs/'))) {
    for (const { rfc, section } of citations(readInProject(file))) {
      const files = found.get(`${rfc} ${section}`) ?? [];
      if (!files.includes(file)) files.push(file);
      found.set(`${rfc} ${section}`, files);
    }
  }
  return found;
}

/** Text that sorts as sections do: §4.10 behind §4.9, appendices last. */
const rank = (section: string): string =>
  section
    .split('.')
    .map((part) => part.padStart(3, '0'))
    .join('.');

const place = (section: string): string => (/^\d/.test(section) ? `§${section}` : `App. ${section}`);
const links = (files: readonly string[] = []): string =>
  files.map((file) => `[${file.replace(/^(src|test)\//, '')}](../${file})`).join(', ');

function coverage(): string {
  const [code, tests] = [citers('src'), citers('test')];
  const parts = Object.entries(KNOWN).map(([rfc, titles]) => {
    const inOrder = Object.entries(titles).toSorted(([a], [b]) => rank(a).localeCompare(rank(b)));
    const rows = inOrder.map(([section, title]) => {
      const key = `${rfc} ${section}`;
      return [place(section), title, links(code.get(key)), links(tests.get(key))];
    });
    const cited = rows.filter(([, , inCode, inTests]) => inCode !== '' || inTests !== '').length;
    return `## RFC ${rfc}\n\n${cited} of ${rows.length} sections are cited.\n\n${markdownTable(['section', 'title', 'code', 'tests'], rows)}\n`;
  });
  return `# RFC coverage

Generated from the citations in \`src\` and \`test\` (\`npm run docs\` writes it anew). A row without files is a section that
nothing here answers to: some are prose, some are what sallyport does not do, and any other is a gap.

${parts.join('\n')}`;
}

test('docs/rfc-coverage.md says where each section is cited', () => {
  expectGenerated('docs/rfc-coverage.md', coverage());
});

test('a cited section of these RFCs exists', () => {
  const wrong = ['src', 'test'].flatMap((folder) =>
    [...citers(folder)].filter(([key]) => {
      const [rfc = '', section = ''] = key.split(' ');
      const titles = KNOWN[rfc];
      return titles !== undefined && !Object.hasOwn(titles, section);
    }),
  );
  expect(wrong).toEqual([]);
});
