import { test } from 'vitest';
import { readInProject } from '../project.ts';
import { decodeExample } from './decode-example.ts';
import { expectGenerated, withPart } from './generated.ts';
import { packetFlow } from './packet-flow.ts';

test('the README shows the example of examples, what decode prints, and how a packet flows with functions that exist', async () => {
  const example = `\`\`\`ts\n${readInProject('examples/embed.ts')}\`\`\``;
  const readme = withPart(readInProject('README.md'), 'examples/embed.ts', example);
  const decoded = withPart(readme, 'decode', await decodeExample());
  expectGenerated('README.md', withPart(decoded, 'packet flow', packetFlow()));
});
