import type { ServerResponse } from 'node:http';
import type { KeptEvent } from './kept-event.ts';

/** Octets that may wait for a slow reader before it is cut off. */
const MOST_WAITING = 1024 * 1024;
/** Time between two signs that the gateway is still there. */
const HEARTBEAT_MS = 15_000;

export interface StreamSource {
  /** What comes first: events from before; undefined where some were missed, and nobody can say how many. */
  readonly before: readonly KeptEvent[] | undefined;
  /** Calls `reader` with each event from now on; returns the way to end it. */
  readonly read: (reader: (event: KeptEvent) => void) => () => void;
  /** Calls `act` every `milliseconds`; returns the way to end it. */
  readonly every: (milliseconds: number, act: () => void) => () => void;
}

/**
 * Events as server-sent events (HTML Living Standard §9.2), for as long as the reader stays: `id` is what `Last-Event-ID` takes, `event` its
 * name, `data` the event as JSON in one line. A reader that was away too long gets an event `events.lost` first. Between events a comment
 * shows that the gateway is there.
 *
 * A reader for whom a megabyte waits is cut off: the gateway waits for nobody and keeps nothing for ever. It can come again with its last id.
 */
export function streamEvents(response: ServerResponse, { before, read, every }: StreamSource): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  // The reader learns that it is connected before the first event comes.
  response.flushHeaders();
  if (before === undefined) response.write('event: events.lost\ndata: {"name":"events.lost"}\n\n');
  const write = (text: string): void => {
    if (response.writableLength > MOST_WAITING) response.destroy();
    else response.write(text);
  };
  for (const event of before ?? []) write(eventText(event));
  const endReading = read((event) => write(eventText(event)));
  const endBeating = every(HEARTBEAT_MS, () => write(': still here\n\n'));
  response.on('close', () => {
    endReading();
    endBeating();
  });
}

const eventText = ({ id, event }: KeptEvent): string =>
  `id: ${id}\nevent: ${event.name}\ndata: ${JSON.stringify(event)}\n\n`;
