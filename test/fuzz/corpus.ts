import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import type { Target } from './target.ts';

/** The inputs that are kept in the project, one a line in hexadecimal: what showed something new, and what once broke something. */
export class Corpus {
  readonly path: string;

  /** `folder` from the project's root. */
  constructor(target: Target, folder = 'test/fuzz/corpus') {
    this.path = `${folder}/${target.name}.txt`;
  }
  read(): Uint8Array[] {
    if (!existsSync(this.path)) return [];
    const lines = readFileSync(this.path, 'utf8').split('\n');
    return lines.filter((line) => line !== '' && !line.startsWith('#')).map(fromHex);
  }
  write(inputs: readonly Uint8Array[]): void {
    mkdirSync(this.path.slice(0, this.path.lastIndexOf('/')), { recursive: true });
    const text = [...inputs].map(toHex).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    writeFileSync(this.path, [...new Set(text), ''].join('\n'));
  }
}

/** As few inputs as show everything that all of them show and the target's own seeds do not, the short ones first. */
export async function distilled(target: Target, inputs: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const seen = new Set<string>();
  const show = async (input: Uint8Array): Promise<boolean> => {
    const before = seen.size;
    for (const name of await target.run(input)) seen.add(name);
    return seen.size > before;
  };
  for (const seed of target.seeds()) await show(seed);
  const chosen: Uint8Array[] = [];
  for (const input of inputs.toSorted((a, b) => a.length - b.length)) if (await show(input)) chosen.push(input);
  await target.reset?.();
  return chosen;
}
