import { posix } from 'node:path';
import { existsInProject, filesBelow, readInProject } from '../project.ts';

/** The documents of the project: those at its root, in docs, and the READMEs beside the code. */
export const documents = (): string[] => [
  ...['README.md', 'CHANGELOG.md'].filter(existsInProject),
  ...['docs', 'src', 'test', 'vectors', 'examples', 'bench'].flatMap((folder) => filesBelow(folder, '.md')),
];

export interface Fence {
  /** `docs/tour.md:17`, where the block begins. */
  readonly where: string;
  readonly text: string;
}

const FENCE = /^```(\w*)[^\n]*\n(.*?)^```$/gms;

/** The fenced blocks of a language in all documents. */
export const fences = (language: string): Fence[] =>
  documents().flatMap((path) =>
    fencesIn(readInProject(path), language).map(({ line, text }) => ({ where: `${path}:${line}`, text })),
  );

export function fencesIn(document: string, language: string): { readonly line: number; readonly text: string }[] {
  return [...document.matchAll(FENCE)]
    .filter((match) => match[1] === language)
    .map((match) => ({ line: document.slice(0, match.index).split('\n').length, text: match[2] ?? '' }));
}

/** Links that lead nowhere: to a file that is not there, or to a heading that its document does not have. */
export function deadLinks(path: string, document: string): string[] {
  const prose = document.replaceAll(FENCE, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target) && !leadsSomewhere(path, document, target))
    .map((target) => `${path}: ${target}`);
}

function leadsSomewhere(path: string, document: string, target: string): boolean {
  const [file = '', heading] = target.split('#');
  const other = file === '' ? path : posix.join(posix.dirname(path), file);
  if (file !== '' && !existsInProject(other)) return false;
  if (heading === undefined || !other.endsWith('.md')) return true;
  return anchors(file === '' ? document : readInProject(other)).includes(heading);
}

/** What the headings of a document are called in links. */
const anchors = (document: string): string[] =>
  [...document.replaceAll(FENCE, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
