import { randomBytes } from 'node:crypto';
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

import { IkeError } from '../../base/errors.ts';
import { instant } from '../../base/instant.ts';
import { DataPath } from './data-path.ts';
import { DropCounters } from './drop-counters.ts';
import { EspEngine } from './engine.ts';
import { bestTransforms } from './evp-transforms.ts';
import type {
  CountersOfPair,
  FromWorker,
  ToWorker,
  WorkerCommand,
  WorkerOrder,
  WorkerStart,
} from './worker-protocol.ts';

/** How long a turn waits when nothing happens. Without a limit the process could not end while a worker waits. */
const WAIT = 500;

/** The data path's thread: one loop that never returns to the event loop until it is told to close. */
function run(port: MessagePort, start: WorkerStart): void {
  const post = (message: FromWorker): void => port.postMessage(message);
  const transforms = bestTransforms();
  // The driver of a thread of its own: it reads the clock for the engine, which has none.
  const now = (): ReturnType<typeof instant> => instant(performance.now());
  const engine = new EspEngine(
    {
      transforms,
      random: { bytes: (length) => randomBytes(length) },
      drops: new DropCounters(start.drops),
      emit: (event) => post({ type: 'event', event }),
    },
    now(),
  );
  const messages = new Messages(port, start.posted);
  const path = new DataPath({
    ...start,
    engine,
    transforms,
    now,
    beforePacket: () => messages.take(handle),
    sendElsewhere: ({ sa, at, length }, { bytes }) =>
      post({ type: 'send', packet: bytes.slice(at, at + length), local: sa.local, remote: sa.remote }),
  });
  post({ type: 'ready', transforms: transforms.name });
  let open = true;
  const handle = (message: ToWorker): void => {
    if (message.type === 'deliver') path.deliver(message.packet, message.remote);
    else if (message.type === 'request') {
      // So that a count says how long ago the last packet came.
      engine.tick(now());
      post(answer(message.number, message.command, engine, path));
      if (message.command.type === 'close') open = false;
    } else obey(message, engine);
  };
  while (open) {
    path.turn(WAIT);
    messages.take(handle);
  }
  engine.close();
  path.close();
}

/** What the main thread has posted. To look whether there is anything costs one load, so that it can be done for each packet. */
class Messages {
  readonly #port: MessagePort;
  readonly #posted: Int32Array;
  #seen = 0;
  #taking = false;

  constructor(port: MessagePort, posted: SharedArrayBuffer) {
    this.#port = port;
    this.#posted = new Int32Array(posted);
  }

  /** Hands all messages over in their order. One that leads back here (it is a packet) does not get ahead of the others. */
  take(handle: (message: ToWorker) => void): void {
    const posted = Atomics.load(this.#posted, 0);
    if (posted === this.#seen || this.#taking) return;
    this.#seen = posted;
    this.#taking = true;
    for (let message = receive(this.#port); message !== undefined; message = receive(this.#port)) handle(message);
    this.#taking = false;
  }
}

function receive(port: MessagePort): ToWorker | undefined {
  return (receiveMessageOnPort(port) as { readonly message: ToWorker } | undefined)?.message;
}

/** Nobody waits for an answer; what cannot be done is an event. */
function obey(order: WorkerOrder, engine: EspEngine): void {
  if (order.type === 'remove') engine.remove(order.pair, order.direction);
  else if (order.type === 'move') engine.move(order.pair, order.ends);
  else engine.install(order.sa);
}

function answer(number: number, command: WorkerCommand, engine: EspEngine, path: DataPath): FromWorker {
  try {
    return { type: 'done', number, counters: execute(command, engine, path) };
  } catch (error) {
    // A defect, unlike a refusal, ends the thread, and with that is seen.
    if (!IkeError.is(error)) throw error;
    return { type: 'refused', number, code: error.code, details: error.details };
  }
}

function execute(command: WorkerCommand, engine: EspEngine, path: DataPath): CountersOfPair {
  switch (command.type) {
    case 'socket':
      path.addSocket(command.socket);
      break;
    case 'guard':
      engine.guard(command.traffic);
      break;
    case 'unguard':
      engine.unguard(command.connection, command.tunnel);
      break;
    case 'counters':
      return engine.counters(command.pair);
    case 'close':
      break;
  }
  return {};
}

if (parentPort !== null) run(parentPort, workerData as WorkerStart);
