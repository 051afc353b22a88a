import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Drill } from './drill.ts';
import { parseDrill } from './parse-drill.ts';

/** A drill that comes with sallyport. */
export interface CatalogueEntry {
  readonly name: string;
  readonly file: string;
  readonly drill: Drill;
}

/** Beside what is built, and beside the sources. */
const FOLDERS = ['../drills/', '../../drills/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));

/** All drills that come with sallyport, by name. */
export function catalogue(): readonly CatalogueEntry[] {
  return catalogueFiles().map(({ name, file }) => ({ name, file, drill: parseDrill(readFileSync(file, 'utf8')) }));
}

/** Where they are. Each is called as its file. */
export function catalogueFiles(): readonly { readonly name: string; readonly file: string }[] {
  const folder = FOLDERS.find((path) => existsSync(path));
  if (folder === undefined) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.toSorted().map((file) => ({ name: file.slice(0, -'.yaml'.length), file: `${folder}${file}` }));
}
