import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Namespace } from '../../test/lab/namespaces.ts';

interface Question {
  readonly number: number;
  readonly name: string;
  readonly order: unknown;
}
interface Answer {
  readonly number: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** A program of the benchmark in a namespace, which answers what it is asked, one question at a time. */
export class Child {
  readonly #process: ChildProcess;
  #number = 0;

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  /** Resolves when the program says that it is ready. */
  static async start(
    namespace: Namespace,
    program: 'responder' | 'load',
    order: unknown,
    nodeOptions: readonly string[] = [],
  ): Promise<Child> {
    const file = fileURLToPath(new URL(`./${program}.js`, import.meta.url));
    // The kernel ends it when this process ends without having done so.
    const options = ['--pdeathsig', 'TERM', '--', process.execPath, '--expose-gc', ...nodeOptions];
    const [ip, ...args] = namespace.command(['setpriv', ...options, file, JSON.stringify(order)]);
    const child = new Child(spawn(ip, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
    await child.#next(0);
    return child;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** @throws Error with what went wrong there */
  async ask(name: string, order?: unknown): Promise<unknown> {
    const number = ++this.#number;
    const answered = this.#next(number);
    this.#process.send({ number, name, order } satisfies Question);
    return answered;
  }

  /** Asks it to stop and waits until it has ended. */
  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    await this.ask('stop');
    this.#process.disconnect();
    await ended;
  }

  #next(number: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        this.#process.off('message', onMessage);
        this.#process.off('exit', onExit);
        settle();
      };
      const onExit = (): void => done(() => reject(new Error('a program of the benchmark ended')));
      const onMessage = (message: Answer): void => {
        if (message.number !== number) return;
        done(() => (message.error === undefined ? resolve(message.value) : reject(new Error(message.error))));
      };
      this.#process.on('message', onMessage);
      this.#process.on('exit', onExit);
    });
  }
}

/** The other end: tells the parent that this program is ready, and answers its questions by name. */
export function answerParent(answers: Readonly<Record<string, (order: never) => unknown>>): void {
  const reply = (answer: Answer): void => void process.send?.(answer);
  process.on('message', (question: Question) => {
    const { number, name, order } = question;
    Promise.resolve()
      .then(() => answers[name]?.(order as never))
      .then(
        (value) => reply({ number, value }),
        (error: unknown) => reply({ number, error: error instanceof Error ? (error.stack ?? '') : String(error) }),
      );
  });
  reply({ number: 0 });
}
