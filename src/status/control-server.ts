import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { IkeError } from '../base/errors.ts';
import type { ApiRoute } from './api-route.ts';
import { apiRoutes } from './api-routes.ts';
import { claimSocket } from './control-socket.ts';
import type { ControlPort } from './control-port.ts';
import { EventFeed } from './event-feed.ts';
import type { EventFilter } from './event-filter.ts';
import { type StreamSource, streamEvents } from './event-stream.ts';
import type { Level } from './kept-event.ts';
import { Metrics } from './metrics.ts';
import { openApi } from './openapi.ts';
import { type Problem, problemOf, unknownPath } from './problem.ts';

export interface ControlServerOptions {
  /** At most 107 characters, and 94 for its folder. */
  readonly socketPath: string;
  /** File mode of the socket: who may write to it may use the API. */
  readonly mode: number;
  readonly gateway: ControlPort;
  /** Makes the gateway read its configuration anew, and says what that changed; without it the API has no such call. */
  readonly reload?: () => Promise<object>;
  /** Of the program. */
  readonly version: string;
  /** How loud the events of a name are. */
  readonly eventLevel: (name: string) => Level;
  /** Calls `act` every `milliseconds`; returns the way to end it. */
  readonly every: StreamSource['every'];
}

/** Readers of events at a time. */
const MOST_READERS = 100;

/**
 * The control API of a gateway, HTTP on a unix socket: `apiRoutes` under `/v1`, and the document about them at
 * `/v1/openapi.json`; `/metrics` for Prometheus. Errors are
 * `application/problem+json`.
 *
 * Throws CONTROL_SOCKET where the socket cannot be had.
 */
export async function startControlServer({
  socketPath,
  mode,
  gateway,
  reload,
  version,
  eventLevel,
  every,
}: ControlServerOptions): Promise<{ close(): Promise<void> }> {
  // Here, because they take longer to load than the rest of a gateway, and a gateway in a program may have no control socket.
  const [{ fastify }, z, prom] = await Promise.all([import('fastify'), import('zod'), import('prom-client')]);
  // Readers of events never end by themselves: closing must not wait for them.
  const server = fastify({
    forceCloseConnections: true,
    bodyLimit: 4096,
    exposeHeadRoutes: false,
    frameworkErrors: (error, _, reply) => void tell(reply, problemOf(error)),
  });
  const feed = new EventFeed(gateway, eventLevel);
  const routes = apiRoutes(z, { gateway, feed, reload });
  addErrors(server);
  for (const route of routes) addRoute(server, route, { feed, every });
  server.get('/v1/openapi.json', () => openApi(z, routes, version));
  const metrics = new Metrics(prom, gateway);
  server.get('/metrics', async (_, reply) => {
    const text = await metrics.text(await gateway.status());
    return reply.type(metrics.contentType).send(text);
  });
  const close = async (): Promise<void> => {
    feed.close();
    metrics.close();
    await server.close();
  };
  try {
    const socket = await claimSocket(socketPath, mode, async (path) => {
      await server.listen({ path });
    });
    return {
      close: async () => {
        await socket.release();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Streams {
  readonly feed: EventFeed;
  readonly every: StreamSource['every'];
}

function addRoute(server: FastifyInstance, route: ApiRoute, streams: Streams): void {
  const url = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
  server.route({
    ...{ method: route.method, url },
    handler: (request, reply) => {
      const { params, query, body } = request;
      const answer = route.handle({ parameters: params, query, body });
      if (route.answer !== 'events') return answer;
      stream(request, reply, answer as EventFilter, streams);
      return reply;
    },
  });
}

function stream({ headers }: FastifyRequest, reply: FastifyReply, filter: EventFilter, { feed, every }: Streams): void {
  if (feed.readers >= MOST_READERS)
    throw new IkeError('LIMIT_REACHED', { what: 'readers of events', limit: MOST_READERS });
  const seen = headers['last-event-id'];
  const before = typeof seen === 'string' ? feed.after(seen, filter) : [];
  reply.hijack();
  streamEvents(reply.raw, { before, read: (reader) => feed.read(reader, filter), every });
}

function addErrors(server: FastifyInstance): void {
  server.setErrorHandler((error, _, reply) => tell(reply, problemOf(error)));
  server.setNotFoundHandler(({ method, url }, reply) => tell(reply, unknownPath(method, url)));
}

function tell(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
