import { test } from 'vitest';
import * as z from 'zod';
import { VERSION } from '../../src/gateway/version.ts';
import { EVENT_NAMES, eventLevel } from '../../src/gateway/events.ts';
import type { ApiRoute } from '../../src/status/api-route.ts';
import { apiRoutes } from '../../src/status/api-routes.ts';
import { EventFeed } from '../../src/status/event-feed.ts';
import { LEVELS } from '../../src/status/kept-event.ts';
import { METRICS } from '../../src/status/metric-table.ts';
import { openApi } from '../../src/status/openapi.ts';
import { readInProject } from '../project.ts';
import { FakeGateway } from '../status/fake-gateway.ts';
import { expectGenerated, markdownTable, withPart } from './generated.ts';

interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly $ref?: string;
  readonly additionalProperties?: Node | boolean;
}

const gateway = new FakeGateway();
const ROUTES = apiRoutes(z, { gateway, feed: new EventFeed(gateway, eventLevel), reload: async () => ({}) });

const DOCUMENT = openApi(z, ROUTES, VERSION) as {
  readonly components: { readonly schemas: Readonly<Record<string, Node>> };
};

/** One row for each field, parents before children; an element of a list is `[]`. What has a name has a table of its own. */
function rows(node: Node, path = ''): string[][] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const place = path === '' ? name : `${path}.${name}`;
    const optional = node.required?.includes(name) === true ? '' : ', may be absent';
    const row = [`\`${place}\``, `${kindOf(child)}${optional}`, child.description ?? ''];
    return [row, ...rows(child, place), ...(child.items === undefined ? [] : rows(child.items, `${place}[]`))];
  });
}

function table([name, node]: readonly [string, Node]): string {
  return `### ${name}\n\n${node.description ?? ''}.\n\n${markdownTable(['field', 'is', 'says'], rows(node))}`;
}

function kindOf({ $ref, type, const: only, enum: all, anyOf, items, additionalProperties }: Node): string {
  if ($ref !== undefined) return $ref.replace(/^.*\//, '');
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (all !== undefined) return all.map((value) => `\`${value}\``).join(', ');
  if (anyOf !== undefined) return anyOf.map(kindOf).join(' or ');
  if (items !== undefined) return items.properties === undefined ? `list of ${kindOf(items)}` : 'list';
  if (typeof additionalProperties === 'object') return 'mapping of counts';
  return type === 'integer' ? 'number' : (type ?? 'anything');
}

function routeRow({ method, path, scope, summary, query, body }: ApiRoute): string[] {
  const asked = Object.keys(query.shape).map((name) => `\`?${name}=\``);
  const sent = Object.keys(body?.shape ?? {}).map((name) => `\`${name}\``);
  return [`\`${method} ${path}\``, scope, summary, [...asked, ...sent].join(', ')];
}

test('docs/status-api.md has every path, every field of the status, and every event', () => {
  const path = 'docs/status-api.md';
  const paths = markdownTable(['path', 'scope', 'what', 'takes'], ROUTES.map(routeRow));
  // The whole first.
  const schemas = Object.entries(DOCUMENT.components.schemas).toSorted(
    ([a], [b]) => Number(b === 'Status') - Number(a === 'Status'),
  );
  const fields = schemas.map(table).join('\n\n');
  const events = markdownTable(
    ['level', 'events'],
    LEVELS.map((level) => {
      const names = EVENT_NAMES.filter((name) => eventLevel(name) === level);
      return [`\`${level}\``, names.map((name) => `\`${name}\``).join(', ')];
    }),
  );
  const metrics = markdownTable(
    ['metric', 'kind', 'labels', 'says'],
    Object.entries(METRICS).map(([name, { kind, labels, help }]) => [
      `\`${name}\``,
      kind,
      labels.map((label) => `\`${label}\``).join(', '),
      help,
    ]),
  );
  let document = readInProject(path);
  for (const [name, part] of Object.entries({ paths, fields, events, metrics }))
    document = withPart(document, name, part);
  expectGenerated(path, document);
});

test('docs/openapi.json is what the gateway serves', () => {
  expectGenerated('docs/openapi.json', `${JSON.stringify(DOCUMENT, null, 2)}\n`);
});
