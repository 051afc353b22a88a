import type * as Zod from 'zod';
import type { ZodModule } from '../config/leaves.ts';
import { IkeError } from '../base/errors.ts';

/** What a caller must be allowed to. */
export type Scope = 'read' | 'control';

/** A path of the control API: what it takes, what it answers, and how. The server, the OpenAPI document and the page about it are made from these. */
export interface ApiRoute {
  readonly method: 'GET' | 'POST';
  /** `{name}` is a parameter. */
  readonly path: string;
  readonly scope: Scope;
  readonly summary: string;
  readonly parameters: Zod.ZodObject;
  readonly query: Zod.ZodObject;
  readonly body: Zod.ZodObject | undefined;
  /** `events` is a stream of them, which the server writes itself. */
  readonly answer: Zod.ZodType | 'events';
  /** What is answered. @throws IkeError INVALID_ARGUMENT where what was asked is not as the schemas say */
  handle(asked: Asked): unknown;
}

/** What came, not looked at yet. */
export interface Asked {
  readonly parameters: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

type Shape = Readonly<Record<string, Zod.ZodType>>;

interface RouteOptions<P extends Shape, Q extends Shape, B extends Shape> {
  readonly scope?: Scope;
  readonly summary: string;
  readonly parameters?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: Zod.ZodType | 'events';
  readonly handle: (asked: {
    readonly parameters: Zod.output<Zod.ZodObject<P>>;
    readonly query: Zod.output<Zod.ZodObject<Q>>;
    readonly body: Zod.output<Zod.ZodObject<B>>;
  }) => unknown;
}

/** A route whose handler gets what the schemas made of what came. `GET` is for readers and `POST` for those who may control, where nothing else is said. */
export function route<P extends Shape = {}, Q extends Shape = {}, B extends Shape = {}>(
  z: ZodModule,
  method: ApiRoute['method'],
  path: string,
  options: RouteOptions<P, Q, B>,
): ApiRoute {
  const { scope = method === 'GET' ? 'read' : 'control', summary, answer, handle } = options;
  const parameters = z.strictObject(options.parameters ?? ({} as P));
  const query = z.strictObject(options.query ?? ({} as Q));
  const body = z.strictObject(options.body ?? ({} as B));
  return {
    ...{ method, path, scope, summary, parameters, query, answer },
    body: options.body === undefined ? undefined : body,
    handle: (asked) =>
      handle({
        parameters: accepted(parameters, asked.parameters, 'path'),
        query: accepted(query, asked.query, 'query'),
        body: accepted(body, options.body === undefined ? {} : asked.body, 'body'),
      }),
  };
}

function accepted<T>(schema: Zod.ZodType<T>, value: unknown, where: string): T {
  const reading = schema.safeParse(value ?? {});
  if (reading.success) return reading.data;
  const [issue] = reading.error.issues;
  const what = [where, ...(issue?.path ?? [])].map(String).join('.');
  throw new IkeError('INVALID_ARGUMENT', { what, reason: issue?.message ?? 'it is not understood' });
}
