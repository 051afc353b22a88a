import { test } from 'vitest';
import { drillJsonSchema } from '../../src/drill/schema.ts';
import { expectGenerated } from './generated.ts';

test('docs/drill.schema.json is the schema', () => {
  expectGenerated('docs/drill.schema.json', `${JSON.stringify(drillJsonSchema(), null, 2)}\n`);
});
