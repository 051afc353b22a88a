import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { inProject } from '../project.ts';
import type { Fence } from './markdown.ts';

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
    compilerOptions: { allowJs: false },
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
