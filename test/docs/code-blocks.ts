import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { inProject } from '../project.ts';
import type { Fence } from './markdown.ts';

/** Entry points by the names that a user imports. */
const PATHS = {
  sallyport: ['../../src/index.ts'],
  'sallyport/wire': ['../../src/wire.ts'],
  'sallyport/core': ['../../src/core.ts'],
  'sallyport/sim': ['../../src/sim.ts'],
};

/**
 * Compiles blocks of TypeScript as a user would, each a module of its own, against the sources. Returns the compiler's
 * complaints about the blocks, with the place in the document for the file.
 */
export function complaints(name: string, blocks: readonly Fence[]): string[] {
  const folder = inProject(`.cache/${name}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  blocks.forEach(({ text }, i) => writeFileSync(`${folder}/block${i}.ts`, `${text}\nexport {};\n`));
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: { paths: PATHS, allowJs: false, checkJs: false },
    include: ['*.ts'],
  };
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(config));
  return tsc(folder)
    .split('\n')
    .flatMap((line) => {
      const [, block, at, text] = /(?:^|\/)block(\d+)\.ts\((\d+),\d+\): (.*)$/.exec(line) ?? [];
      return text === undefined ? [] : [`${blocks[Number(block)]?.where} line ${at}: ${text}`];
    });
}

function tsc(folder: string): string {
  try {
    execFileSync(process.execPath, [inProject('node_modules/typescript/bin/tsc'), '-p', folder], { stdio: 'pipe' });
    return '';
  } catch (error) {
    const { stdout } = error as { stdout?: Uint8Array };
    if (stdout === undefined || stdout.length === 0) throw error;
    return new TextDecoder().decode(stdout);
  }
}
