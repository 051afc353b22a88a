import type { SourceFile } from './source.ts';
import { isWithin, type NameRow } from './tables.ts';

const LONGEST = 300;
const EMPTY_FOLDERS = new Set(['common', 'helper', 'helpers', 'lib', 'misc', 'shared', 'util', 'utils']);

/** Files with more lines than fit on a few screens. */
export function tooLong(files: readonly { readonly path: string; readonly lines: number }[]): string[] {
  return files
    .filter(({ lines }) => lines > LONGEST)
    .map(({ path, lines }) => `${path}: ${lines} lines, at most ${LONGEST}`);
}

/** Names of files and folders that are not kebab-case, and folders whose name says nothing. */
export function badPaths(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const folders = path.split('/').slice(0, -1);
    const file = path.split('/').at(-1) ?? '';
    const parts = [...folders, file.replace(/(\.(test|test-d|config))?\.[a-z]+$/, '')];
    return [
      ...parts
        .filter((part) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part))
        .map((part) => `${path}: ${part} is not kebab-case`),
      ...parts.filter((part) => EMPTY_FOLDERS.has(part)).map((part) => `${path}: ${part} says nothing`),
    ];
  });
}

/** Files that only hand on what others export; the entry points, which lie in `src` itself, are there for that. */
export function barrels(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path, onlyReexports }) => path.includes('/') && (onlyReexports || path.endsWith('/index.ts')))
    .map(({ path }) => `${path}: a barrel`);
}

const words = (name: string): string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

const hasWords = (name: string, forbidden: string): boolean =>
  ` ${words(name).join(' ')} `.includes(` ${words(forbidden).join(' ')} `);

/** Breaches of "Names that are not used": `name` as words within a name, `name…` as the start of a function's, `…Name` as the end of a class's. */
export function forbiddenNames(files: readonly SourceFile[], rows: readonly NameRow[]): string[] {
  return files.flatMap(({ path, declarations }) => {
    const here = rows.filter(({ folders }) => folders.length === 0 || folders.some((folder) => isWithin(path, folder)));
    const parts = path.replace(/\.ts$/, '').split('/');
    const named = [...parts.map((name) => ({ name, kind: 'other' })), ...declarations];
    return here
      .flatMap(({ names }) => names)
      .flatMap((forbidden) =>
        named
          .filter(({ name, kind }) => breaks(name, kind, forbidden))
          .map(({ name }) => `${path}: ${name} (${forbidden})`),
      );
  });
}

function breaks(name: string, kind: string, forbidden: string): boolean {
  const stem = forbidden.replaceAll('…', '');
  if (forbidden.endsWith('…')) return kind === 'function' && new RegExp(`^${stem}[A-Z]`).test(name);
  if (forbidden.startsWith('…')) return kind === 'class' && name.endsWith(stem);
  return hasWords(name, forbidden);
}
