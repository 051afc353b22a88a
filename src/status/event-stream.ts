import type { ServerResponse } from 'node:http';

/** Octets that may wait for a slow reader before events are left out. */
const MOST_WAITING = 1024 * 1024;

/**
 * Events as lines of JSON (NDJSON), for as long as the reader stays.
 *
 * A reader that does not keep up loses events and is told how many by a line `{"name":"events.lost","count":…}`: the gateway
 * waits for nobody and keeps nothing for ever.
 */
export function streamEvents(
  response: ServerResponse,
  subscribe: (listener: (event: object) => void) => () => void,
): void {
  let lost = 0;
  const write = (event: object): void => {
    if (response.writableLength > MOST_WAITING) {
      lost += 1;
      return;
    }
    if (lost > 0) response.write(`${JSON.stringify({ name: 'events.lost', count: lost })}\n`);
    lost = 0;
    response.write(`${JSON.stringify(event)}\n`);
  };
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  // The reader learns that it is connected before the first event comes.
  response.flushHeaders();
  const unsubscribe = subscribe(write);
  response.on('close', unsubscribe);
}
