import { expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { catalogue } from '../../src/drill/catalogue.ts';
import { SUBJECTS } from '../../src/drill/expectation-schema.ts';
import { drillJsonSchema } from '../../src/drill/schema.ts';
import { ACTION_NAMES } from '../../src/drill/step-schema.ts';
import { FakeTerminal } from '../cli/fake-terminal.ts';
import { readInProject } from '../project.ts';
import { expectGenerated, markdownTable, withPart } from './generated.ts';

interface SchemaNode {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
}

const DOCUMENT = 'docs/drills.md';
const EXAMPLE = readInProject('examples/drills/plant.yaml');

const element = (list: string): Readonly<Record<string, SchemaNode>> =>
  (drillJsonSchema() as SchemaNode).properties?.[list]?.items?.properties ?? {};

async function run(...args: string[]): Promise<FakeTerminal> {
  const terminal = new FakeTerminal({}, { 'plant.yaml': EXAMPLE });
  expect(await main(args, terminal), terminal.errors.join('\n')).toBe(0);
  return terminal;
}

test('docs/drill.schema.json is the schema', () => {
  expectGenerated('docs/drill.schema.json', `${JSON.stringify(drillJsonSchema(), null, 2)}\n`);
});

test('docs/drills.md shows what is so', { timeout: 120_000 }, async () => {
  const { output } = await run('drill', 'plant.yaml');
  const shown = [...output.slice(0, 9), '  …', ...output.slice(-4)];
  const actions = ACTION_NAMES.map((name) => {
    const { description = '', properties = {} } = element('script')[name] ?? {};
    return [
      `\`${name}\``,
      Object.keys(properties)
        .map((key) => `\`${key}\``)
        .join(', ') || 'a gateway',
      description,
    ];
  });
  const others = Object.keys(element('expect')).filter((key) => !(SUBJECTS as readonly string[]).includes(key));
  const expectations = [...SUBJECTS, ...others].map((name) => [
    `\`${name}\``,
    element('expect')[name]?.description ?? '',
  ]);
  const drills = catalogue().map(({ name, drill }) => [`[${name}](../drills/${name}.yaml)`, drill.purpose]);
  const parts: Readonly<Record<string, string>> = {
    example: `\`\`\`yaml\n${EXAMPLE}\`\`\``,
    output: `\`\`\`\n${shown.join('\n')}\n\`\`\``,
    actions: markdownTable(['key', 'with', 'what it does'], actions),
    expectations: markdownTable(['key', 'what it says'], expectations),
    test: `\`\`\`ts\n${readInProject('examples/drill.test.ts')}\`\`\``,
    catalogue: markdownTable(['drill', 'what it shows'], drills),
  };
  let document = readInProject(DOCUMENT);
  for (const [name, part] of Object.entries(parts)) document = withPart(document, name, part);
  expectGenerated(DOCUMENT, document);
});

test('the commands that docs/drills.md shows run', { timeout: 120_000 }, async () => {
  const commands = [...readInProject(DOCUMENT).matchAll(/^sallyport (drill [^#\n]*)/gm)].map(([, command = '']) =>
    command.trim(),
  );
  expect(commands).toHaveLength(4);
  for (const command of commands) {
    // All drills with many seeds are run by a test of their own.
    const args = command.replace(' all ', ' peer-vanishes-idle ').split(/ +/);
    expect((await run(...args)).output.length, command).toBeGreaterThan(0);
  }
});
