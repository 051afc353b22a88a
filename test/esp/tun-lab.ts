import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { bundle } from '../../scripts/bundle.mjs';
import { toHex } from '../../src/base/bytes.ts';
import type { EspSa } from '../../src/esp/sa.ts';
import { inProject } from '../project.ts';
import type { EndCommands } from './tun-end.ts';

const exec = promisify(execFile);

/** Namespaces and TUN devices need root; CI has it and must not skip. */
export const MAY_RUN = process.getuid?.() === 0 || process.env['CI'] === 'true';

/** Where the build for these tests is: their own, so that no other build changes it meanwhile. */
const BUILT = inProject(`.cache/built-tun-${process.pid}`);

/** Builds what the ends run: neither a process nor a worker can run TypeScript on every Node that is supported. */
export async function build(): Promise<void> {
  await bundle(BUILT, { 'tun-end': 'test/esp/tun-end.ts', 'esp-worker': 'src/esp/userspace/worker.ts' });
}

export function removeBuild(): void {
  rmSync(BUILT, { recursive: true, force: true });
}

let count = 0;

/** A network namespace of our own, by a name that holds this process's number. */
export class Namespace {
  readonly name = `sp-esp-${process.pid}-${count++}`;

  async add(): Promise<this> {
    await exec('ip', ['netns', 'add', this.name]);
    await this.run('ip', 'link', 'set', 'lo', 'up');
    return this;
  }
  /** Runs a program inside; its output, also where it fails. */
  async run(program: string, ...args: string[]): Promise<string> {
    const { stdout, stderr } = await exec('ip', ['netns', 'exec', this.name, program, ...args]).catch(
      (error: unknown) => error as Output,
    );
    return `${stdout}${stderr}`;
  }
  async remove(): Promise<void> {
    await exec('ip', ['netns', 'del', this.name]);
  }
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Two namespaces with a cable between them: 192.0.2.1 and 2001:db8::1 here, .2 and ::2 there. */
export async function cable(): Promise<[Namespace, Namespace]> {
  const [left, right] = [await new Namespace().add(), await new Namespace().add()];
  await left.run('ip', 'link', 'add', 'wan', 'type', 'veth', 'peer', 'name', 'wan', 'netns', right.name);
  for (const [side, number] of [
    [left, 1],
    [right, 2],
  ] as const) {
    await side.run('ip', 'addr', 'add', `192.0.2.${number}/24`, 'dev', 'wan');
    await side.run('ip', 'addr', 'add', `2001:db8::${number}/64`, 'dev', 'wan', 'nodad');
    await side.run('ip', 'link', 'set', 'wan', 'up');
  }
  return [left, right];
}

/** One line that an end says. */
export type Line = Readonly<Record<string, unknown>>;

/** A process on the built code inside a namespace, driven by commands. */
export class TunEnd {
  /** All that was said without being asked for. */
  readonly said: Line[] = [];
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: ((line: Line) => void)[] = [];

  /** `before` goes in front of node, to take rights away. */
  constructor(namespace: Namespace, before: readonly string[] = []) {
    const command = ['netns', 'exec', namespace.name, ...before, process.execPath, `${BUILT}/tun-end.js`];
    this.#process = spawn('ip', command);
    this.#process.stderr.pipe(process.stderr);
    createInterface({ input: this.#process.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Line;
      if ('done' in line || 'failed' in line) this.#answers.shift()?.(line);
      else this.said.push(line);
    });
  }

  /** What the command answered, as the back end resolved or refused it. */
  async ask<C extends keyof EndCommands>(command: C, options: EndCommands[C]): Promise<Line> {
    const answered = new Promise<Line>((resolve) => this.#answers.push(resolve));
    this.#process.stdin.write(`${JSON.stringify({ command, ...options })}\n`);
    return await answered;
  }
  /** As `ask`, for what must be done; the value. */
  async do<C extends keyof EndCommands>(command: C, options: EndCommands[C]): Promise<unknown> {
    const answer = await this.ask(command, options);
    if ('failed' in answer) throw new Error(JSON.stringify(answer));
    return answer['value'];
  }
  install(sa: EspSa): Promise<unknown> {
    const keys = { encryption: toHex(sa.keys.encryption), integrity: toHex(sa.keys.integrity) };
    return this.do(sa.direction, { ...sa, keys });
  }
  /** The events of one type so far. */
  events(type: string): Line[] {
    return this.said
      .map((line) => line['event'] as Line | undefined)
      .filter((event) => event?.['type'] === type) as Line[];
  }
  /** Waits for something to have been said. */
  async until(what: (said: readonly Line[]) => boolean): Promise<void> {
    for (let i = 0; i < 200 && !what(this.said); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  /** How many milliseconds the process takes to end by itself after `close`. */
  async close(): Promise<number> {
    const from = performance.now();
    const exited = once(this.#process, 'exit');
    await this.do('close', {});
    await exited;
    return performance.now() - from;
  }
  /** As a crash: nothing is taken back. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }
}
