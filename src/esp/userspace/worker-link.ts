import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import type { UdpEndpoint } from '../../base/address.ts';
import { IKE_ERRORS, IkeError, type IkeErrorCode } from '../../base/errors.ts';
import { wake } from '../../linux/eventfd.ts';
import type {
  CountersOfPair,
  FromWorker,
  ToWorker,
  WorkerCommand,
  WorkerOrder,
  WorkerStart,
} from './worker-protocol.ts';

interface Pending {
  readonly resolve: (counters: CountersOfPair) => void;
  readonly reject: (error: unknown) => void;
}

export interface WorkerLinkOptions {
  readonly start: WorkerStart;
  /** Takes what comes without being asked for. */
  readonly heard: (message: Extract<FromWorker, { type: 'event' | 'send' }>) => void;
  /** The worker has ended without being told to: called once, with why. */
  readonly died: (error: IkeError) => void;
}

/** The main thread's end of the data path's worker: commands with answers, and the news of its death. */
export class WorkerLink {
  readonly #options: WorkerLinkOptions;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #posted: Int32Array;
  readonly #exited: Promise<void>;
  readonly #ready: Promise<void>;
  #markReady: () => void = () => undefined;
  #markFailed: (error: unknown) => void = () => undefined;
  #number = 0;
  #closing = false;
  #dead: IkeError | undefined;

  constructor(options: WorkerLinkOptions) {
    this.#options = options;
    this.#posted = new Int32Array(options.start.posted);
    this.#ready = new Promise((resolve, reject) => {
      this.#markReady = resolve;
      this.#markFailed = reject;
    });
    this.#worker = new Worker(workerFile(), { workerData: options.start, name: 'sallyport-esp' });
    this.#worker.on('message', (message: FromWorker) => this.#hear(message));
    this.#worker.on('error', (cause) => this.#died(cause));
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        if (!this.#closing) this.#died(undefined);
        resolve();
      });
    });
  }

  /** Kept when the worker waits for packets. */
  async ready(): Promise<void> {
    await this.#ready;
    this.#worker.unref();
  }

  /** @throws IkeError as the data path refused, or BACKEND_FAILED where it is no more. */
  request(command: WorkerCommand): Promise<CountersOfPair> {
    if (this.#dead !== undefined) return Promise.reject(this.#dead);
    const number = ++this.#number;
    const answered = new Promise<CountersOfPair>((resolve, reject) => this.#pending.set(number, { resolve, reject }));
    // While somebody waits for an answer the worker keeps the process alive, and only then.
    this.#worker.ref();
    this.#wakeWith({ type: 'request', number, command });
    return answered;
  }

  /**
   * What no packet may overtake and nobody waits for. To wake the worker for it, and to be woken by its answer, would take longer than
   * the order itself.
   *
   * @throws IkeError BACKEND_FAILED where the data path is no more
   */
  order(order: WorkerOrder): void {
    if (this.#dead !== undefined) throw this.#dead;
    this.#post(order);
  }

  deliver(packet: Uint8Array, remote: UdpEndpoint): void {
    if (this.#dead === undefined && !this.#closing) this.#wakeWith({ type: 'deliver', packet, remote });
  }

  /** Whether the worker has closed its descriptors itself; a dead one has not. */
  async close(): Promise<boolean> {
    if (this.#dead !== undefined) return false;
    const closed = this.request({ type: 'close' });
    this.#closing = true;
    await closed;
    await this.#exited;
    return true;
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
    // Behind the message: who sees the number finds it in the queue.
    Atomics.add(this.#posted, 0, 1);
  }

  #wakeWith(message: ToWorker): void {
    this.#post(message);
    wake(this.#options.start.wake);
  }

  #hear(message: FromWorker): void {
    if (message.type === 'ready') this.#markReady();
    else if (message.type === 'done') this.#settle(message.number, ({ resolve }) => resolve(message.counters));
    else if (message.type === 'refused') this.#settle(message.number, ({ reject }) => reject(refusal(message)));
    else this.#options.heard(message);
  }

  #settle(number: number, how: (pending: Pending) => void): void {
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    if (this.#pending.size === 0 && !this.#closing) this.#worker.unref();
    if (pending !== undefined) how(pending);
  }

  #died(cause: unknown): void {
    if (this.#dead !== undefined) return;
    const reason = cause instanceof Error ? cause.message : 'it ended';
    const error = new IkeError(
      'BACKEND_FAILED',
      { what: 'ESP worker', reason, advice: 'restart the gateway' },
      { cause },
    );
    this.#dead = error;
    this.#markFailed(error);
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    this.#options.died(error);
  }
}

function refusal({ code, details }: Extract<FromWorker, { type: 'refused' }>): IkeError {
  return new IkeError(Object.hasOwn(IKE_ERRORS, code) ? (code as IkeErrorCode) : 'BACKEND_FAILED', details);
}

/** Beside this file, in the one folder that the build makes; where this file is source (a test), in what the build has made of it, because Node 20 runs no TypeScript. */
function workerFile(): string {
  const built = import.meta.url.endsWith('.js');
  const file = fileURLToPath(new URL(built ? './esp-worker.js' : '../../../dist/esp-worker.js', import.meta.url));
  if (!existsSync(file))
    throw new IkeError('BACKEND_FAILED', { what: 'ESP worker', file, advice: 'build the project first' });
  return file;
}
