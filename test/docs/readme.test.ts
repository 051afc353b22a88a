import { test } from 'vitest';
import { readInProject } from '../project.ts';
import { expectGenerated } from './generated.ts';

const BETWEEN = /(?<=<!-- examples\/embed\.ts: npm run docs -->\n)[^]*(?=\n<!-- \/examples\/embed\.ts -->)/;

test("the README's example is the one in examples, which a test runs", () => {
  const example = `\`\`\`ts\n${readInProject('examples/embed.ts')}\`\`\``;
  expectGenerated('README.md', readInProject('README.md').replace(BETWEEN, () => example));
});
