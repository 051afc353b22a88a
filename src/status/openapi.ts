import type * as Zod from 'zod';
import type { ZodModule } from '../config/leaves.ts';
import type { ApiRoute } from './api-route.ts';

/** The control API as an OpenAPI 3.1 document, whose schemas are JSON Schema 2020-12. */
export function openApi(z: ZodModule, routes: readonly ApiRoute[], version: string): Readonly<Record<string, unknown>> {
  const schemas: Record<string, object> = { Problem: PROBLEM };
  const schemaOf = (schema: Zod.ZodType, io: 'input' | 'output'): object => {
    const { $schema: _, $defs = {}, ...own } = componentsOf(z.toJSONSchema(schema, { io }));
    Object.assign(schemas, $defs);
    return own;
  };
  const parametersOf = (route: ApiRoute): object[] =>
    (['parameters', 'query'] as const).flatMap((kind) =>
      Object.entries(route[kind].shape).map(([name, schema]) => {
        const { description, ...its } = schemaOf(schema, 'input') as { readonly description?: string };
        const required = kind === 'parameters' || !schema.safeParse(undefined).success;
        return {
          ...{ name, in: kind === 'parameters' ? 'path' : 'query', required },
          ...(description !== undefined && { description }),
          schema: its,
        };
      }),
    );
  const operationOf = (route: ApiRoute): object => ({
    summary: route.summary,
    operationId: operationId(route),
    security: [{ token: [route.scope] }],
    parameters: [...parametersOf(route), ...(route.answer === 'events' ? [LAST_EVENT_ID] : [])],
    ...(route.body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body, 'input') } } },
    }),
    responses: {
      200: { description: 'Done', content: contentOf(route, schemaOf) },
      default: {
        description: 'Why not (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  });
  const paths: Record<string, Record<string, object>> = {};
  for (const each of routes) {
    const path = (paths[each.path] ??= {});
    path[each.method.toLowerCase()] = operationOf(each);
  }
  return {
    openapi: '3.1.1',
    info: { title: 'sallyport', version, summary: 'What is up, what is not, and why', license: LICENSE },
    servers: [{ url: '/' }],
    paths,
    components: { schemas, securitySchemes: { token: TOKEN } },
  };
}

/** What has a name of its own lies among the components of the document, once. */
const componentsOf = (
  schema: object,
): { readonly $schema?: string; readonly $defs?: Readonly<Record<string, object>> } =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as object;

const LICENSE = { name: 'Apache-2.0', identifier: 'Apache-2.0' };

const TOKEN = {
  type: 'http',
  scheme: 'bearer',
  description: 'On TCP. On the Unix socket the rights of its file decide, and none is needed.',
};

const LAST_EVENT_ID = {
  ...{ name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'string' } },
  description: 'The `id` of the last event that was seen: what came after it comes first',
};

const PROBLEM = {
  description: 'Why something was not done, RFC 9457 §3',
  type: 'object',
  required: ['status', 'code', 'title', 'detail'],
  properties: {
    status: { type: 'integer' },
    code: { type: 'string', description: 'From the table of errors, or UNKNOWN_PATH, BAD_REQUEST, NOT_ALLOWED' },
    title: { type: 'string', description: 'The same for every problem of this code' },
    detail: { type: 'string', description: 'What happened this time' },
    advice: { type: 'string', description: 'What to do about it' },
    details: { type: 'object', description: 'Values' },
  },
};

function contentOf({ answer }: ApiRoute, schemaOf: (schema: Zod.ZodType, io: 'output') => object): object {
  if (answer === 'events') return { 'text/event-stream': { schema: { type: 'string' } } };
  return { 'application/json': { schema: schemaOf(answer, 'output') } };
}

/** `getConnectionsName`, `postReload`: the path without its version. */
function operationId({ method, path }: ApiRoute): string {
  const words = path.split(/[^a-z]+/).filter((word) => word !== '' && word !== 'v');
  return [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
}
