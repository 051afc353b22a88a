import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './command.ts';
import { until } from './until.ts';

export interface DaemonEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The kernel ends the daemon when this process ends without having done so; exec keeps the setting. */
const WITH_US = ['setpriv', '--pdeathsig', 'TERM', '--'] as const;

/** A process that runs beside the test, with its output in a folder of its own, ended by its own process id. */
export class Daemon {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #stdoutPath: string;
  readonly #stderrPath: string;
  #end: DaemonEnd | undefined;
  #failure: Error | undefined;

  constructor(
    name: string,
    command: Command,
    options: { readonly folder: string; readonly env?: Readonly<Record<string, string>> },
  ) {
    this.name = name;
    this.#stdoutPath = join(options.folder, 'stdout');
    this.#stderrPath = join(options.folder, 'stderr');
    // Files, not pipes: nothing is lost when the test dies, and nobody has to read while the daemon writes.
    const out = openSync(this.#stdoutPath, 'w');
    const err = openSync(this.#stderrPath, 'w');
    const [program, ...args]: Command = [...WITH_US, ...command];
    this.#child = spawn(program, args, { env: { ...process.env, ...options.env }, stdio: ['ignore', out, err] });
    closeSync(out);
    closeSync(err);
    this.#child.on('error', (error) => (this.#failure = error));
    this.#child.on('exit', (status, signal) => (this.#end = { status, signal }));
  }

  /** What the commands before the daemon's own have become, because each of them is replaced by the next. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get end(): DaemonEnd | undefined {
    return this.#end;
  }

  stdout(): string {
    return readFileSync(this.#stdoutPath, 'utf8');
  }

  stderr(): string {
    return readFileSync(this.#stderrPath, 'utf8');
  }

  /** Waits for a sign that the daemon serves; one that has ended in the meantime is an error at once. */
  async ready(what: string, probe: () => boolean | Promise<boolean>): Promise<void> {
    const answer = await until(`${this.name}: ${what}`, async () => {
      if (this.#failure !== undefined || this.#end !== undefined) return 'gone';
      return (await probe()) ? 'ready' : undefined;
    });
    if (answer === 'gone') {
      throw new Error(`${this.name} ended with ${JSON.stringify(this.#end)}\n${this.stdout()}${this.stderr()}`, {
        cause: this.#failure,
      });
    }
  }

  /** Asks it to end, and makes it end where it does not. */
  async stop(signal: NodeJS.Signals, limit = 10_000): Promise<DaemonEnd> {
    if (this.#failure !== undefined) return { status: null, signal: null };
    const ended = (): DaemonEnd | undefined => this.#end;
    this.#child.kill(signal);
    try {
      return await until(`${this.name} to end`, ended, limit);
    } catch {
      this.#child.kill('SIGKILL');
      return until(`${this.name} to be killed`, ended);
    }
  }
}
