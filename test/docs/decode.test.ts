import { expect, test } from 'vitest';
import { z } from 'zod';
import { messageSchema, VALUES } from '../decode/json-schema.ts';
import { readInProject } from '../project.ts';
import { decodeExample, decodeOutput } from './decode-example.ts';
import { expectGenerated, markdownTable, withPart } from './generated.ts';

test('docs/decode.md shows what the command prints, and lists the keys of a line of JSON', async () => {
  const keys = Object.entries(messageSchema.shape).map(([name, field]) => [
    `\`${name}\``,
    (field as z.ZodType).description ?? '',
  ]);
  expect(keys.filter(([, text]) => text === '')).toEqual([]);
  const values = Object.entries(VALUES).map(([name, value]) => [
    `\`${name}\``,
    Object.keys(value.shape)
      .map((key) => `\`${key}\``)
      .join(', '),
  ]);
  const sixth = (await decodeOutput('--json'))[5] ?? '';
  const part = [
    markdownTable(['key', 'what it is'], keys),
    '',
    markdownTable(['`name` of a payload', '`value` has'], values),
    '',
    'The sixth message of the capture above, broken into lines for this page:',
    '',
    '```json',
    JSON.stringify(JSON.parse(sixth), null, 1),
    '```',
  ].join('\n');
  const page = withPart(readInProject('docs/decode.md'), 'decode', await decodeExample());
  expectGenerated('docs/decode.md', withPart(page, 'json', part));
});

test('docs/decode.schema.json is the schema', () => {
  const schema = z.toJSONSchema(messageSchema);
  expectGenerated('docs/decode.schema.json', `${JSON.stringify(schema, null, 2)}\n`);
});
