import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { apiRoutes } from '../../src/status/api-routes.ts';
import { EventFeed } from '../../src/status/event-feed.ts';
import { openApi } from '../../src/status/openapi.ts';
import { FakeGateway, QUIET } from './fake-gateway.ts';

function routes() {
  const gateway = new FakeGateway();
  return apiRoutes(z, { gateway, feed: new EventFeed(gateway, QUIET.eventLevel), reload: async () => ({}) });
}

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
}

test('the document is OpenAPI 3.1, by its own schema', async () => {
  const document = openApi(z, routes(), '0.1.0');
  expect(await new Validator().validate({ ...document })).toEqual({ valid: true });
});

test('the document has every route, each with a name of its own', () => {
  const { paths } = openApi(z, routes(), '0.1.0') as { readonly paths: Record<string, Record<string, Operation>> };
  const documented = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { operationId }]) => ({
      path,
      method: method.toUpperCase(),
      operationId,
    })),
  );
  expect(documented.map(({ path, method }) => `${method} ${path}`)).toEqual(
    routes().map(({ path, method }) => `${method} ${path}`),
  );
  expect(new Set(documented.map(({ operationId }) => operationId)).size).toBe(documented.length);
});

test('a parameter of the path must be there, a query with a default need not', () => {
  const { paths } = openApi(z, routes(), '0.1.0') as { readonly paths: Record<string, Record<string, Operation>> };
  const said = (path: string, method: string) =>
    paths[path]?.[method]?.parameters.map(({ name, in: place, required }) => [name, place, required]);
  expect(said('/v1/connections/{name}/up', 'post')).toEqual([['name', 'path', true]]);
  expect(said('/v1/events/history', 'get')).toEqual([
    ['level', 'query', false],
    ['connection', 'query', false],
    ['names', 'query', false],
    ['last', 'query', false],
  ]);
});
