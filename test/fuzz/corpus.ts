import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import type { Target } from './target.ts';

/** Ours: what a search leaves in the project, in characters for each target. */
const MOST = 150_000;

/** The inputs of one target that are kept in the project, one a line in hexadecimal. */
export class Corpus {
  readonly #folder: string;
  readonly #name: string;

  constructor({ name }: Target, folder = 'test/fuzz/corpus') {
    this.#folder = folder;
    this.#name = name;
  }
  /** What once broke something: a line stays for good. */
  get findings(): string {
    return `${this.#folder}/${this.#name}-findings.txt`;
  }
  read(): Uint8Array[] {
    return [this.#kept, this.findings].flatMap(linesOf).map(fromHex);
  }
  /** Replaces what showed something new, the short ones first; what no longer fits is left out. */
  write(inputs: readonly Uint8Array[]): void {
    const lines = [...new Set(inputs.map(toHex))].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    let length = 0;
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(
      this.#kept,
      lines
        .filter((line) => (length += line.length) <= MOST)
        .concat('')
        .join('\n'),
    );
  }

  get #kept(): string {
    return `${this.#folder}/${this.#name}.txt`;
  }
}

const linesOf = (path: string): string[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];

/** As few inputs as show everything that all of them show and the target's own seeds do not, the short ones first. */
export async function distilled(target: Target, inputs: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const seen = new Set<string>();
  const shows = async (input: Uint8Array): Promise<boolean> => {
    const before = seen.size;
    for (const name of await target.run(input)) seen.add(name);
    return seen.size > before;
  };
  for (const seed of target.seeds()) await shows(seed);
  const chosen: Uint8Array[] = [];
  for (const input of inputs.toSorted((a, b) => a.length - b.length)) if (await shows(input)) chosen.push(input);
  await target.reset?.();
  return chosen;
}
