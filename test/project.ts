import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

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
