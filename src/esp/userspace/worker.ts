import { randomBytes } from 'node:crypto';
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

import { IkeError } from '../../base/errors.ts';
import { instant } from '../../base/instant.ts';
import { DataPath } from './data-path.ts';
import { DropCounters } from './drop-counters.ts';
import { EspEngine } from './engine.ts';
import { bestTransforms } from './evp-transforms.ts';
import type { CountersOfPair, FromWorker, ToWorker, WorkerCommand, WorkerStart } from './worker-protocol.ts';

/** How long a turn waits when nothing happens. Without a limit the process could not end while a worker waits. */
const WAIT = 500;

/** The data path's thread: one loop that never returns to the event loop until it is told to close. */
function run(port: MessagePort, start: WorkerStart): void {
  const post = (message: FromWorker): void => port.postMessage(message);
  const transforms = bestTransforms();
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
  const path = new DataPath({
    ...start,
    engine,
    transforms,
    now,
    sendElsewhere: ({ sa, at, length }, { bytes }) =>
      post({ type: 'send', packet: bytes.slice(at, at + length), local: sa.local, remote: sa.remote }),
  });
  post({ type: 'ready', transforms: transforms.name });
  for (let open = true; open;) {
    path.turn(WAIT);
    for (let message = receive(port); open && message !== undefined; message = receive(port)) {
      if (message.type === 'deliver') path.deliver(message.packet);
      else {
        post(answer(message.number, message.command, engine, path));
        open = message.command.type !== 'close';
      }
    }
  }
  engine.close();
  path.close();
}

function receive(port: MessagePort): ToWorker | undefined {
  return (receiveMessageOnPort(port) as { readonly message: ToWorker } | undefined)?.message;
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
    case 'install':
      if (command.sa.direction === 'inbound') engine.installInbound(command.sa);
      else engine.installOutbound(command.sa);
      break;
    case 'remove':
      engine.remove(command.pair, command.direction);
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
