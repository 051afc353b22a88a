import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CharonSettings } from './charon-config.ts';
import { Charon } from './charon.ts';
import { buildCrowd, buildNetwork, type Crowd, type Hidden, type Network, type Site } from './network.ts';
import type { SallyportSettings } from './sallyport-config.ts';
import { Sallyport } from './sallyport.ts';

const TAIL_LINES = 40;

/** Everything that one test builds, taken down in reverse order. */
export class Lab {
  readonly folder: string;
  readonly #closers: (() => Promise<unknown>)[] = [];
  readonly #logs: { readonly name: string; readonly read: () => Promise<string> }[] = [];
  #failed = false;

  constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Lab> {
    return new Lab(await mkdtemp(join(tmpdir(), 'sallyport-lab-')));
  }

  async network(options: { readonly hidden?: Hidden } = {}): Promise<Network> {
    const network = await buildNetwork(options);
    this.defer(() => network.remove());
    return network;
  }

  async crowd(size: number, options: { readonly hidden?: boolean } = {}): Promise<Crowd> {
    const crowd = await buildCrowd(size, options);
    this.defer(() => crowd.remove());
    return crowd;
  }

  async charon(site: Site, settings: CharonSettings): Promise<Charon> {
    const folder = join(this.folder, `charon-${site.name}`);
    const charon = await Charon.start(site.namespace, settings, folder);
    this.defer(() => charon.stop());
    this.keepLog(`charon-${site.name}`, () => charon.log());
    return charon;
  }

  async sallyport(site: Site, settings: SallyportSettings): Promise<Sallyport> {
    const name = `sallyport-${site.name}`;
    const sallyport = await Sallyport.start(site.namespace, settings, join(this.folder, name));
    this.defer(() => sallyport.stop());
    this.keepLog(name, () => Promise.resolve(sallyport.log()));
    return sallyport;
  }

  defer(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  /** A log whose tail is shown when the test fails. */
  keepLog(name: string, read: () => Promise<string>): void {
    this.#logs.push({ name, read });
  }

  /** Does something here. When it fails, the logs are shown, and the files will stay. */
  async watch<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#failed = true;
      console.error(`${await this.#tails()}\n--- the lab's files: ${this.folder}`);
      throw error;
    }
  }

  /** Takes all down; every closer runs. That one of them fails is an error, unless there was one before. */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (const close of this.#closers.toReversed()) await close().catch((error: unknown) => errors.push(error));
    this.#closers.length = 0;
    if (errors.length === 0 && !this.#failed) return rm(this.folder, { recursive: true, force: true });
    const failure = new AggregateError(errors, 'the lab was not taken down cleanly');
    if (!this.#failed) throw failure;
    if (errors.length > 0) console.error(failure);
  }

  async #tails(): Promise<string> {
    const parts = this.#logs.map(async ({ name, read }) => {
      const lines = (await read()).trimEnd().split('\n');
      return [`--- ${name}, last of ${lines.length} lines`, ...lines.slice(-TAIL_LINES)].join('\n');
    });
    return (await Promise.all(parts)).join('\n');
  }
}

/** Runs a test in a lab of its own. */
export async function inLab(body: (lab: Lab) => Promise<void>): Promise<void> {
  const lab = await Lab.open();
  await lab.watch(() => body(lab)).finally(() => lab.close());
}
