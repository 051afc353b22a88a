import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CharonSettings } from './charon-config.ts';
import { Charon } from './charon.ts';
import { buildNetwork, type Network, type Place, type Site } from './network.ts';
import type { SallyportSettings } from './sallyport-config.ts';
import { Sallyport } from './sallyport.ts';

const TAIL_LINES = 40;

/** Everything that one test builds, taken down in reverse order. */
export class Lab {
  readonly folder: string;
  readonly #closers: (() => Promise<unknown>)[] = [];
  readonly #logs: { readonly name: string; readonly read: () => Promise<string> }[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  async network(options: { readonly hidden?: Place } = {}): Promise<Network> {
    const network = await buildNetwork(options);
    this.defer(() => network.remove());
    return network;
  }

  async charon(site: Site, settings: CharonSettings): Promise<Charon> {
    const folder = join(this.folder, `charon-${site.place}`);
    const charon = await Charon.start(site.namespace, settings, folder);
    this.defer(() => charon.stop());
    this.keepLog(`charon-${site.place}`, () => charon.log());
    return charon;
  }

  async sallyport(site: Site, settings: SallyportSettings): Promise<Sallyport> {
    const sallyport = await Sallyport.start(site.namespace, settings, join(this.folder, 'sallyport'));
    this.defer(() => sallyport.stop());
    this.keepLog('sallyport', () => Promise.resolve(sallyport.log()));
    return sallyport;
  }

  defer(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  /** A log whose tail is shown when the test fails. */
  keepLog(name: string, read: () => Promise<string>): void {
    this.#logs.push({ name, read });
  }

  async tails(): Promise<string> {
    const parts = this.#logs.map(async ({ name, read }) => {
      const lines = (await read()).trimEnd().split('\n');
      return [`--- ${name}, last of ${lines.length} lines`, ...lines.slice(-TAIL_LINES)].join('\n');
    });
    return (await Promise.all(parts)).join('\n');
  }

  /** Closes all; every closer runs, the first error is thrown behind them. */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (const close of this.#closers.toReversed()) await close().catch((error: unknown) => errors.push(error));
    this.#closers.length = 0;
    if (errors.length > 0) throw new AggregateError(errors, 'the lab was not taken down cleanly');
  }
}

/** Runs a test in a lab of its own. When it fails, the files stay and the error says where they are. */
export async function inLab(body: (lab: Lab) => Promise<void>): Promise<void> {
  const lab = new Lab(await mkdtemp(join(tmpdir(), 'sallyport-lab-')));
  try {
    await body(lab);
    await lab.close();
  } catch (error) {
    console.error(`${await lab.tails()}\n--- the lab's files: ${lab.folder}`);
    await lab.close().catch((failure: unknown) => console.error(failure));
    throw error;
  }
  await rm(lab.folder, { recursive: true, force: true });
}
