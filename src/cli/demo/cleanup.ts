/** What a demonstration has made on the machine, undone in reverse order, whatever happens. */
export class Cleanup {
  readonly #undone: { readonly undo: () => Promise<unknown>; readonly atOnce: () => void }[] = [];
  readonly #atExit = (): void => {
    for (const { atOnce } of this.#undone.splice(0).reverse()) attempt(atOnce);
  };

  constructor() {
    process.on('exit', this.#atExit);
  }

  /** `atOnce` is for a process that ends before its time, such as by a second Ctrl-C: it may not wait for anything. */
  defer(undo: () => Promise<unknown>, atOnce: () => void): void {
    this.#undone.push({ undo, atOnce });
  }

  /** Undoes everything so far. That one thing cannot be undone keeps no other from it. */
  async run(): Promise<void> {
    for (let last = this.#undone.at(-1); last !== undefined; last = this.#undone.at(-1)) {
      await last.undo().catch(() => attempt(last?.atOnce));
      this.#undone.pop();
    }
  }

  /** `run`, and no watch over this process any more. */
  async close(): Promise<void> {
    await this.run();
    process.off('exit', this.#atExit);
  }
}

function attempt(work: (() => void) | undefined): void {
  try {
    work?.();
  } catch {
    // The process ends, and what is left has our process id in its name.
  }
}
