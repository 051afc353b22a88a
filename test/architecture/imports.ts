import type { Import, SourceFile } from './source.ts';
import { isWithin, type ImportRow, type Room } from './tables.ts';

/** The row that speaks for a file: the longest name that it lies within. */
function rowOf(path: string, rows: readonly ImportRow[]): ImportRow | undefined {
  return rows.filter(({ name }) => isWithin(path, name)).sort((a, b) => b.name.length - a.name.length)[0];
}

/** Breaches of "Who may import whom". */
export function forbiddenImports(files: readonly SourceFile[], rows: readonly ImportRow[]): string[] {
  return files.flatMap((file) => {
    const row = rowOf(file.path, rows);
    if (row === undefined) return [`${file.path}: no row of the table speaks for it`];
    return file.imports.filter(({ ours }) => ours).flatMap((found) => breach(file.path, row, found, rows));
  });
}

function breach(path: string, row: ImportRow, { target, typeOnly }: Import, rows: readonly ImportRow[]): string[] {
  if (target.startsWith('..') && !row.values.includes(target))
    return [`${path}: imports ${target}, which is not below src`];
  const other = rowOf(target, rows);
  if (other !== undefined && other === row) return [];
  if (row.values.some((name) => opens(name, row, target, other))) return [];
  if (!row.types.some((name) => opens(name, row, target, other)))
    return [`${path}: ${row.name} may not import ${target}`];
  return typeOnly ? [] : [`${path}: ${row.name} may import only types from ${target}`];
}

/**
 * Whether a name in a row lets a file be imported. A folder with rows of its own below it stands for all of them to
 * outsiders, but within one tree each of them has to be named.
 */
function opens(name: string, row: ImportRow, target: string, other: ImportRow | undefined): boolean {
  if (!isWithin(target, name)) return false;
  return name === '*' || other === undefined || other.name.length <= name.length || !isWithin(row.name, name);
}

/** Breaches of "What comes from outside, each in its room". */
export function misplacedPackages(files: readonly SourceFile[], rooms: readonly Room[]): string[] {
  return files.flatMap((file) =>
    file.imports
      .filter(({ ours, target }) => !ours && !mayUse(file.path, target, rooms))
      .map(({ target }) => `${file.path}: ${target} has no place here`),
  );
}

function mayUse(path: string, target: string, rooms: readonly Room[]): boolean {
  const folders = rooms
    .filter(({ names }) => names.some((name) => isWithin(target, name)))
    .flatMap((room) => room.folders);
  return folders.some((folder) => isWithin(path, folder));
}

/** Breaches of "Clocks, timers and the process". */
export function misplacedGlobals(files: readonly SourceFile[], rooms: readonly Room[]): string[] {
  return files.flatMap((file) =>
    rooms
      .filter(({ folders }) => !folders.some((folder) => isWithin(file.path, folder)))
      .flatMap(({ names }) => names.filter((name) => file.globals.includes(name)))
      .map((name) => `${file.path}: ${name} has no place here`),
  );
}

/** Rings of files that import each other's values, each once, as `a.ts → b.ts → a.ts`. */
export function cycles(files: readonly SourceFile[]): string[] {
  const edges = new Map(
    files.map(({ path, imports }) => [path, imports.filter(({ ours, typeOnly }) => ours && !typeOnly)]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, above: readonly string[]): void => {
    if (above.includes(path)) found.push([...above.slice(above.indexOf(path)), path].join(' → '));
    if (done.has(path)) return;
    done.add(path);
    for (const { target } of edges.get(path) ?? []) visit(target, [...above, path]);
  };
  for (const { path } of files) visit(path, []);
  return found;
}
