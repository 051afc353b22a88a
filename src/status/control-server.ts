import type { FastifyInstance, FastifyReply } from 'fastify';
import { IkeError } from '../base/errors.ts';
import { claimSocket } from './control-socket.ts';
import type { ControlPort } from './control-port.ts';
import { streamEvents } from './event-stream.ts';
import { type Problem, problemOf, unknownPath } from './problem.ts';

export interface ControlServerOptions {
  /** At most 107 characters, and 94 for its folder. */
  readonly socketPath: string;
  /** File mode of the socket: who may write to it may use the API. */
  readonly mode: number;
  readonly gateway: ControlPort;
  /** Makes the gateway read its configuration anew, and says what that changed; without it the API has no such call. */
  readonly reload?: () => Promise<object>;
}

/** Readers of events at a time. */
const MOST_READERS = 16;
/** Echo requests that one call may send. */
const MOST_PINGS = 100;

/**
 * The control API of a gateway, HTTP on a unix socket:
 *
 * - `GET /v1/status`: the `GatewayStatus`.
 * - `POST /v1/connections/:name/up` and `/down`: `{ "ok": true }` when it is done.
 * - `POST /v1/ping` with `{ "destination": "10.2.0.1", "count": 3 }`: `{ "sent": 3, "received": 3 }`, where ESP is on the memory
 *   device; at most 100.
 * - `POST /v1/reload`: what of the configuration changed, as `{ "unchanged": [], "changed": [], "added": [], "removed": [] }` with the
 *   names of connections; CONFIG_REFUSED with `details.issues` where nothing did because it cannot be used.
 * - `GET /v1/events`: events as lines of JSON, until the reader goes.
 *
 * Errors are `application/problem+json`. Throws CONTROL_SOCKET where the socket cannot be had.
 */
export async function startControlServer({
  socketPath,
  mode,
  gateway,
  reload,
}: ControlServerOptions): Promise<{ close(): Promise<void> }> {
  // Here, because it takes longer to load than the rest of a gateway, and a gateway in a program may have no control socket.
  const { fastify } = await import('fastify');
  // Readers of events never end by themselves: closing must not wait for them.
  const server = fastify({
    forceCloseConnections: true,
    bodyLimit: 4096,
    exposeHeadRoutes: false,
    frameworkErrors: (error, _, reply) => void tell(reply, problemOf(error)),
  });
  addErrors(server);
  addRoutes(server, gateway);
  if (reload !== undefined) server.post('/v1/reload', () => reload());
  try {
    const socket = await claimSocket(socketPath, mode, async (path) => {
      await server.listen({ path });
    });
    return {
      close: async () => {
        await socket.release();
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

function addRoutes(server: FastifyInstance, gateway: ControlPort): void {
  let readers = 0;
  server.get('/v1/status', () => gateway.status());
  server.post<{ Params: { name: string } }>('/v1/connections/:name/up', async ({ params }) => {
    await gateway.up(params.name);
    return { ok: true };
  });
  server.post<{ Params: { name: string } }>('/v1/connections/:name/down', async ({ params }) => {
    await gateway.down(params.name);
    return { ok: true };
  });
  server.post('/v1/ping', ({ body }) => {
    const { destination, count } = pingRequest(body);
    return gateway.ping(destination, count);
  });
  server.get('/v1/events', (_, reply) => {
    if (readers >= MOST_READERS)
      throw new IkeError('LIMIT_REACHED', { what: 'readers of events', limit: MOST_READERS });
    readers += 1;
    reply.hijack();
    streamEvents(reply.raw, (listener) => {
      const unsubscribe = gateway.subscribe(listener);
      return () => {
        readers -= 1;
        unsubscribe();
      };
    });
  });
}

function pingRequest(body: unknown): { destination: string; count: number } {
  const { destination, count } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  if (typeof destination !== 'string') throw new IkeError('INVALID_ARGUMENT', { what: 'destination of a ping' });
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > MOST_PINGS)
    throw new IkeError('INVALID_ARGUMENT', { what: 'count of a ping', limit: MOST_PINGS });
  return { destination, count };
}

function addErrors(server: FastifyInstance): void {
  server.setErrorHandler((error, _, reply) => tell(reply, problemOf(error)));
  server.setNotFoundHandler(({ method, url }, reply) => tell(reply, unknownPath(method, url)));
}

function tell(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
