import { readFileSync } from 'node:fs';
import type { Terminal } from '../../src/cli/terminal.ts';

/** A terminal that keeps what is written to it; files are real unless the test gives them. */
export class FakeTerminal implements Terminal {
  readonly output: string[] = [];
  readonly errors: string[] = [];
  readonly env: Readonly<Record<string, string>>;
  readonly #files: Readonly<Record<string, string | Uint8Array>>;
  readonly #interruption = new AbortController();

  constructor(env: Readonly<Record<string, string>> = {}, files: Readonly<Record<string, string | Uint8Array>> = {}) {
    this.env = env;
    this.#files = files;
  }
  out(line: string): void {
    this.output.push(line);
  }
  err(line: string): void {
    this.errors.push(line);
  }
  readFile(path: string): Uint8Array {
    const given = this.#files[path];
    if (given === undefined) return readFileSync(path);
    return typeof given === 'string' ? new TextEncoder().encode(given) : given;
  }
  /** What was added to files, by their paths. */
  readonly appended: Record<string, string> = {};
  appendFile(path: string, text: string): void {
    this.appended[path] = (this.appended[path] ?? '') + text;
  }
  /** What was written to files, by their paths. */
  readonly written: Record<string, string | Uint8Array> = {};
  writeFile(path: string, contents: string | Uint8Array): void {
    this.written[path] = contents;
  }
  get interrupted(): AbortSignal {
    return this.#interruption.signal;
  }
  interrupt(): void {
    this.#interruption.abort();
  }
  /** As a SIGHUP does. */
  hangup: () => void = () => undefined;
  onHangup(listener: () => void): void {
    this.hangup = listener;
  }
  /** Resolves when some line of the output matches. */
  async seen(pattern: RegExp): Promise<void> {
    while (![...this.output, ...this.errors].some((line) => pattern.test(line))) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
