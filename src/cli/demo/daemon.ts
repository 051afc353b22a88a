import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { ControlError } from '../../client/control-client.ts';
import type { Cleanup } from './cleanup.ts';
import type { Command } from './command.ts';

/** Lines of its standard error that are kept for when it fails. */
const LAST_LINES = 10;
const STOP_LIMIT_MS = 5000;
const PROBE_EVERY_MS = 30;

/** A process that runs beside the demonstration, ended by its own id. */
export class Daemon {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #over: Promise<void>;
  #end: string | undefined;
  #stderr = '';

  constructor(
    name: string,
    [program, ...args]: Command,
    env: Readonly<Record<string, string | undefined>>,
    cleanup: Cleanup,
  ) {
    this.name = name;
    this.#child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = lastLines(`${this.#stderr}${text}`);
    });
    this.#over = new Promise((resolve) => {
      const ended = (how: string): void => {
        this.#end ??= how;
        resolve();
      };
      this.#child.on('error', (error) => ended(error.message));
      this.#child.on('exit', (status, signal) => ended(signal === null ? `status ${status}` : `signal ${signal}`));
    });
    cleanup.defer(
      () => this.stop(),
      () => void this.#child.kill('SIGKILL'),
    );
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it last wrote to its standard error. */
  get lastWords(): readonly string[] {
    return this.#stderr.split('\n').filter((line) => line !== '');
  }

  /** Waits until `probe` says yes. An end of the process before is an error at once, with its last words. */
  async ready(
    probe: () => Promise<boolean>,
    limits: { readonly signal: AbortSignal; readonly limit: number },
  ): Promise<void> {
    const late = AbortSignal.timeout(limits.limit);
    while (!(await probe())) {
      if (limits.signal.aborted) throw new ControlError('INTERRUPTED', 'interrupted');
      if (this.#end !== undefined) throw this.#failure(`ended with ${this.#end} before it was ready`);
      if (late.aborted) throw this.#failure(`was not ready after ${limits.limit / 1000} s`);
      await delay(PROBE_EVERY_MS);
    }
  }

  /** Asks it to end, and makes it where it does not. */
  async stop(): Promise<void> {
    if (this.#end !== undefined) return;
    this.#child.kill('SIGTERM');
    const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS);
    await this.#over;
    clearTimeout(force);
  }

  /** Ends it as a loss of power does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#over;
  }
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(name);
  }

  #failure(what: string): ControlError {
    return new ControlError('DAEMON_FAILED', [`${this.name} ${what}`, ...this.lastWords].join('\n    '));
  }
}

const lastLines = (text: string): string =>
  text
    .split('\n')
    .slice(-LAST_LINES - 1)
    .join('\n');
