import { test } from 'vitest';
import { readInProject } from '../project.ts';
import { expectGenerated } from './generated.ts';
import { packetFlow } from './packet-flow.ts';

/** Replaces what stands between `<!-- name: npm run docs -->` and `<!-- /name -->`. */
function withPart(document: string, name: string, content: string): string {
  const [before, after] = [`<!-- ${name}: npm run docs -->\n`, `\n<!-- /${name} -->`];
  const [from, to] = [document.indexOf(before) + before.length, document.indexOf(after)];
  if (!document.includes(before) || to < from) throw new Error(`no place for ${name}`);
  return document.slice(0, from) + content + document.slice(to);
}

test('the README shows the example of examples, and says how a packet flows with functions that exist', () => {
  const example = `\`\`\`ts\n${readInProject('examples/embed.ts')}\`\`\``;
  const readme = withPart(readInProject('README.md'), 'examples/embed.ts', example);
  expectGenerated('README.md', withPart(readme, 'packet flow', packetFlow()));
});
