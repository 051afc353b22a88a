import { test } from 'vitest';
import { readInProject } from '../project.ts';
import { expectGenerated, withPart } from './generated.ts';
import { packetFlow } from './packet-flow.ts';

test('the README shows the example of examples, and says how a packet flows with functions that exist', () => {
  const example = `\`\`\`ts\n${readInProject('examples/embed.ts')}\`\`\``;
  const readme = withPart(readInProject('README.md'), 'examples/embed.ts', example);
  expectGenerated('README.md', withPart(readme, 'packet flow', packetFlow()));
});
