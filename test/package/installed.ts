import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../scripts/bundle.mjs';
import { inProject, readInProject } from '../project.ts';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

const SHOWN_TO_USERS = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'];

/** Runs a program; its output. What it says where it fails is in the error. */
export const output = (folder: string, program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });

/** Builds the package as `npm run build` does, in a folder of its own, and packs it. Returns the archive's path and what is in it. */
async function pack(folder: string): Promise<{ readonly archive: string; readonly files: readonly string[] }> {
  mkdirSync(folder);
  for (const file of SHOWN_TO_USERS) copyFileSync(inProject(file), join(folder, file));
  cpSync(inProject('drills'), join(folder, 'drills'), { recursive: true });
  const tsc = inProject('node_modules/typescript/bin/tsc');
  output(folder, process.execPath, tsc, '-p', inProject('tsconfig.build.json'), '--outDir', join(folder, 'dist'));
  await bundle(join(folder, 'dist'));
  const [packed] = JSON.parse(output(folder, 'npm', 'pack', '--ignore-scripts', '--json')) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ];
  return { archive: join(folder, packed.filename), files: packed.files.map(({ path }) => path) };
}

export interface Installed {
  /** A project of somebody else's, in which the package is installed. */
  readonly project: string;
  /** What the package's archive holds. */
  readonly files: readonly string[];
  /** Takes away everything. */
  remove(): void;
}

/**
 * A project outside of ours, empty but for the packed package and what that depends on, installed by npm.
 *
 * It gets our lock, cut to what users get: so npm takes the versions that we have, from its cache where `npm ci` has been here.
 */
export async function installed(): Promise<Installed> {
  const base = mkdtempSync(join(tmpdir(), 'sallyport-package-'));
  const { archive, files } = await pack(join(base, 'packed'));
  const project = join(base, 'project');
  mkdirSync(project);
  const { version, dependencies, bin, overrides } = JSON.parse(readInProject('package.json')) as Record<
    string,
    unknown
  >;
  const { packages } = JSON.parse(readInProject('package-lock.json')) as Lock;
  const resolved = `file:${archive}`;
  const manifest = {
    name: 'project',
    version: '1.0.0',
    type: 'module',
    dependencies: { sallyport: resolved },
    overrides,
  };
  const needed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  const ours = { version, resolved, dependencies, bin };
  const lock = {
    lockfileVersion: 3,
    packages: { '': manifest, 'node_modules/sallyport': ours, ...Object.fromEntries(needed) },
  };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(project, 'package-lock.json'), JSON.stringify(lock));
  output(project, 'npm', 'ci', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund');
  return { project, files, remove: () => rmSync(base, { recursive: true, force: true }) };
}
