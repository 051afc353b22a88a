import { IkeError } from '../base/errors.ts';
import type { ZodModule } from '../config/leaves.ts';
import { type ApiRoute, route } from './api-route.ts';
import type { ControlPort } from './control-port.ts';
import type { EventFeed } from './event-feed.ts';
import type { EventFilter } from './event-filter.ts';
import type { ConnectionStatus } from './gateway-status.ts';
import { LEVELS } from './kept-event.ts';
import { statusSchemas, type StatusSchemas } from './status-schema.ts';

/** Echo requests that one call may send. */
const MOST_PINGS = 100;
const MOST_TOLD = 1000;

export interface ApiSubject {
  readonly gateway: ControlPort;
  readonly feed: EventFeed;
  /** Makes the gateway read its configuration anew, and says what that changed; without it the API has no such call. */
  readonly reload?: (() => Promise<object>) | undefined;
}

/** Everything that the control API serves. */
export function apiRoutes(z: ZodModule, subject: ApiSubject): readonly ApiRoute[] {
  const schemas = statusSchemas(z);
  return [
    ...readingRoutes(z, schemas, subject),
    ...eventRoutes(z, subject),
    ...connectionRoutes(z, subject),
    ...commandRoutes(z, schemas, subject),
  ];
}

function readingRoutes(z: ZodModule, schemas: StatusSchemas, { gateway }: ApiSubject): ApiRoute[] {
  const { connection, tunnel, phase1, pair } = schemas;
  const connections = async (): Promise<readonly ConnectionStatus[]> => (await gateway.status()).connections;
  return [
    route(z, 'GET', '/v1/status', {
      summary: 'Everything that a gateway says about itself',
      answer: schemas.status,
      handle: () => gateway.status(),
    }),
    route(z, 'GET', '/v1/tunnels', {
      summary: 'The tunnels of all connections',
      answer: z.array(z.strictObject({ connection: z.string(), ...tunnel.shape })),
      handle: async () =>
        (await connections()).flatMap(({ name, tunnels }) => tunnels.map((its) => ({ connection: name, ...its }))),
    }),
    route(z, 'GET', '/v1/sas', {
      summary: 'The SAs of both phases',
      answer: z.strictObject({
        phase1: z.array(z.strictObject({ connection: z.string(), ...phase1.shape })),
        phase2: z.array(z.strictObject({ connection: z.string(), tunnel: z.string(), ...pair.shape })),
      }),
      handle: async () => sasOf(await connections()),
    }),
    route(z, 'GET', '/v1/connections', {
      summary: 'The connections of the configuration',
      answer: z.array(connection),
      handle: connections,
    }),
    route(z, 'GET', '/v1/connections/{name}', {
      summary: 'One connection',
      parameters: { name: z.string() },
      answer: connection,
      handle: async ({ parameters: { name } }) => {
        const found = (await connections()).find((its) => its.name === name);
        if (found === undefined) throw new IkeError('UNKNOWN_NAME', { name });
        return found;
      },
    }),
  ];
}

const sasOf = (connections: readonly ConnectionStatus[]): object => ({
  phase1: connections.flatMap(({ name, phase1 }) => phase1.map((sa) => ({ connection: name, ...sa }))),
  phase2: connections.flatMap(({ name, tunnels }) =>
    tunnels.flatMap(({ name: tunnel, pairs }) => pairs.map((pair) => ({ connection: name, tunnel, ...pair }))),
  ),
});

/** What a reader of events may ask for, as text in a query. */
function filterSchema(z: ZodModule) {
  return {
    level: z.enum(LEVELS).optional().describe('The least level'),
    connection: z.string().optional().describe('Only those of this connection'),
    names: z.string().optional().describe('Names with commas between; `dpd.*` is all that begin so'),
  };
}

const filterOf = ({
  level,
  connection,
  names,
}: {
  readonly level?: EventFilter['level'];
  readonly connection?: string | undefined;
  readonly names?: string | undefined;
}): EventFilter => ({
  ...(level !== undefined && { level }),
  ...(connection !== undefined && { connection }),
  ...(names !== undefined && { names: names.split(',') }),
});

function eventRoutes(z: ZodModule, { feed }: ApiSubject): ApiRoute[] {
  const event = z.looseObject({ name: z.string(), time: z.number().describe('Milliseconds since 1970') });
  return [
    route(z, 'GET', '/v1/events', {
      summary: 'Events as they come (server-sent events); `Last-Event-ID` resumes after the one that was seen last',
      query: filterSchema(z),
      answer: 'events',
      handle: ({ query }) => filterOf(query),
    }),
    route(z, 'GET', '/v1/events/history', {
      summary: 'The last events above `debug`, the oldest first; at most 1,000 are kept',
      query: {
        ...filterSchema(z),
        last: z.coerce.number().int().min(1).max(MOST_TOLD).default(100).describe('How many at most'),
      },
      answer: z.array(z.strictObject({ id: z.string(), level: z.enum(LEVELS), event })),
      handle: ({ query }) => feed.last(query.last, filterOf(query)),
    }),
  ];
}

function connectionRoutes(z: ZodModule, { gateway }: ApiSubject): ApiRoute[] {
  const done = z.strictObject({ ok: z.literal(true) });
  const parameters = { name: z.string().describe('Of the connection') };
  const post = (verb: string, summary: string, act: (name: string) => Promise<void>): ApiRoute =>
    route(z, 'POST', `/v1/connections/{name}/${verb}`, {
      ...{ summary, parameters, answer: done },
      handle: async ({ parameters: { name } }) => {
        await act(name);
        return { ok: true };
      },
    });
  return [
    post(
      'up',
      'Bring a connection up and keep it up; answered when all its tunnels are, or an attempt has failed',
      (name) => gateway.up(name),
    ),
    post('down', 'Take a connection down, tell the peer, and let it not in again until `up`', (name) =>
      gateway.down(name),
    ),
    route(z, 'POST', '/v1/connections/{name}/rekey', {
      summary:
        'Negotiate successors of the SAs of one phase; answered when they stand, and those before carry on until then',
      parameters,
      body: { phase: z.union([z.literal(1), z.literal(2)]).default(2) },
      answer: done,
      handle: async ({ parameters: { name }, body }) => {
        await gateway.rekey(name, body.phase);
        return { ok: true };
      },
    }),
  ];
}

function commandRoutes(z: ZodModule, { count }: StatusSchemas, { gateway, reload }: ApiSubject): ApiRoute[] {
  const names = z.array(z.string());
  const ping = route(z, 'POST', '/v1/ping', {
    summary: 'Send echo requests from the inner host, where ESP is on the memory device',
    body: { destination: z.string(), count: z.int().min(1).max(MOST_PINGS) },
    answer: z.strictObject({ sent: count, received: count }),
    handle: ({ body }) => gateway.ping(body.destination, body.count),
  });
  if (reload === undefined) return [ping];
  return [
    ping,
    route(z, 'POST', '/v1/reload', {
      summary:
        'Read the configuration file anew: connections that did not change keep their SAs; answered with the names of what did',
      answer: z.strictObject({ unchanged: names, changed: names, added: names, removed: names }),
      handle: () => reload(),
    }),
  ];
}
