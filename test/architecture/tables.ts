import { readInProject } from '../project.ts';

/** The rows of the table that follows a heading, without its head, cell by cell. */
function tableAfter(document: string, heading: string): string[][] {
  const text = document.split(/^(?=## )/m).find((part) => part.startsWith(`## ${heading}\n`));
  const rows = (text ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
  if (rows.length < 3) throw new Error(`no table under "${heading}"`);
  return rows.slice(2);
}

/** What stands between backticks. */
const codes = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** One row of "Who may import whom". Names are folders or files below `src`; `*` is everything. */
export interface ImportRow {
  readonly name: string;
  readonly values: readonly string[];
  readonly types: readonly string[];
}

/** A thing from outside (a package, a built-in module, a global name) and the folders that may use it. */
export interface Room {
  readonly names: readonly string[];
  readonly folders: readonly string[];
}

/** A name that the code does not use; `folders` empty means nowhere at all. */
export type NameRow = Room;

export interface Architecture {
  readonly imports: readonly ImportRow[];
  readonly packages: readonly Room[];
  readonly globals: readonly Room[];
  readonly names: readonly NameRow[];
}

/** The tables of docs/architecture.md, which are the rules. */
export function architecture(document = readInProject('docs/architecture.md')): Architecture {
  const rooms = (heading: string): Room[] =>
    tableAfter(document, heading).map(([names, folders]) => ({ names: codes(names), folders: codes(folders) }));
  return {
    imports: tableAfter(document, 'Who may import whom').flatMap(([names, values, types]) =>
      codes(names).map((name) => ({ name, values: codes(values), types: codes(types) })),
    ),
    packages: rooms('What comes from outside, each in its room'),
    globals: rooms('Clocks, timers and the process'),
    names: tableAfter(document, 'Names that are not used').map(([names, , folders]) => ({
      names: codes(names),
      folders: codes(folders),
    })),
  };
}

/** Whether a path is the folder or file that a table names, or lies below it. A star stands for the rest of a name. */
export function isWithin(path: string, name: string): boolean {
  if (name === '*' || path === name || path.startsWith(`${name}/`)) return true;
  return name.endsWith('*') && path.startsWith(name.slice(0, -1));
}
