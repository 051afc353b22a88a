import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Where package.json lies: by the package's own name, because this file may be compiled into another folder (bench). */
const root = createRequire(import.meta.url)
  .resolve('sallyport/package.json')
  .slice(0, -'package.json'.length);

/** The absolute path of something in the project. */
export const inProject = (path: string): string => `${root}${path}`;

export const readInProject = (path: string): string => readFileSync(inProject(path), 'utf8');

export const existsInProject = (path: string): boolean => existsSync(inProject(path));

/** The files below a folder whose names end so, as paths from the project's root, sorted. A folder that is not there has none. */
export function filesBelow(folder: string, ending: string): string[] {
  if (!existsInProject(folder)) return [];
  return readdirSync(inProject(folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => `${folder}/${path}`)
    .sort();
}
