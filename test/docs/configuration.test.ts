import { expect, test } from 'vitest';
import { CONFIG_CODES } from '../../src/config/config-error.ts';
import { checkConfig } from '../../src/config/parse.ts';
import { configJsonSchema } from '../../src/config/schema.ts';
import { filesBelow, readInProject } from '../project.ts';
import { expectGenerated, markdownTable } from './generated.ts';

interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

const EXAMPLE = 'examples/gateway.yaml';

/** One row for each key, parents before children; an element of a list is `[]`. */
function rows(node: SchemaNode, path: string): string[][] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const place = path === '' ? name : `${path}.${name}`;
    const below = [child, ...(child.anyOf ?? [])].flatMap((branch) => rows(branch, place));
    const elements = child.items?.properties === undefined ? [] : rows(child.items, `${place}[]`);
    const required = node.required?.includes(name) === true;
    return [
      [`\`${place}\``, kindOf(child), defaultOf(child, required), child.description ?? ''],
      ...below,
      ...elements,
    ];
  });
}

function kindOf(node: SchemaNode): string {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.anyOf !== undefined) return [...new Set(node.anyOf.map(kindOf))].join(' or ');
  if (Array.isArray(node.type)) return 'duration';
  if (node.type === 'array') return node.items?.properties === undefined ? 'list of text' : 'list';
  if (node.type === 'integer') return `${node.minimum} to ${node.maximum}`;
  return node.type === 'object' ? 'mapping' : 'text';
}

function defaultOf(node: SchemaNode, required: boolean): string {
  if (required) return 'must be given';
  return node.default === undefined || JSON.stringify(node.default) === '{}'
    ? ''
    : `\`${JSON.stringify(node.default)}\``;
}

test('every key has a description', () => {
  const schema = configJsonSchema() as SchemaNode;
  expect(rows(schema, '').filter(([, , , description]) => description === '')).toEqual([]);
});

test('docs/configuration.schema.json is the schema', () => {
  expectGenerated('docs/configuration.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
});

test.each(filesBelow('examples', '.yaml').filter((path) => !path.includes('/drills/')))(
  '%s is a good configuration',
  (path) => {
    const env = Object.fromEntries(
      ['PLANT_PSK', 'PLANT_7_PSK', 'PLANT_8_PSK'].map((name) => [name, `${name} of some length`]),
    );
    const { errors, warnings } = checkConfig(readInProject(path), { env });
    expect([...errors, ...warnings]).toEqual([]);
  },
);

test('docs/configuration.md lists every key and every code', () => {
  const keys = rows(configJsonSchema() as SchemaNode, '');
  const codes = Object.entries(CONFIG_CODES).map(([code, { severity, text }]) => [`\`${code}\``, severity, text]);
  expectGenerated(
    'docs/configuration.md',
    `# Configuration

Generated from the schema in \`src/config\` (\`npm run docs\` writes it anew). The same as JSON Schema, for editors:
[configuration.schema.json](configuration.schema.json); a YAML file names it in its first line:
\`# yaml-language-server: $schema=./configuration.schema.json\`.

YAML for the command line, an object of the same shape for the library. \`sallyport check FILE\` says everything that is wrong
with a file at once, each with line and column, and what each connection will offer.

\`\`\`yaml
${readInProject(EXAMPLE).trim()}
\`\`\`

- A **duration** is a whole number with a unit (\`250ms\`, \`30s\`, \`5m\`, \`8h\`, \`1d\`) or a number of seconds.
- An **identity** is an address, \`@name\` (a domain name), \`user@name\`, or \`#\` and hexadecimal digits (a key id). \`%any\` is anybody.
  Text that begins with \`@\`, \`%\` or \`#\` needs quotes in YAML.
- A **network** is a prefix (\`10.1.0.0/24\`), an address or a range (\`10.1.0.1-10.1.0.9\`), with \`[protocol/port]\` behind it where the
  tunnel is not for all traffic: \`10.1.0.0/24[6/443]\`.
- A **proposal** is \`cipher-hash-group\` in phase 1; in phase 2 \`cipher-integrity\` or a combined cipher like \`aes128gcm16\`, with a
  group behind it for perfect forward secrecy. The names are in [algorithms.md](algorithms.md), with what is wrong with some of
  them. A name that does not exist is refused with the list of those that do.
- A **secret** is \`{ env: NAME }\`, \`{ file: PATH }\` or, with a warning, text. No message, log or status repeats one.

## Keys

${markdownTable(['key', 'value', 'default', 'what it is'], keys)}

## What is said about a configuration

A \`ConfigError\` has \`issues\`, each with \`code\`, \`path\`, \`line\` and \`column\` where the configuration is text, \`message\`, and
\`hint\` where there is one. Warnings do not keep a configuration from being used.

${markdownTable(['code', 'severity', 'what it stands for'], codes)}
`,
  );
});
