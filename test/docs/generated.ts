import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'vitest';
import { inProject } from '../project.ts';

/**
 * Holds a document to what the code says.
 *
 * `UPDATE_DOCS=1 npx vitest run test/docs` writes the file instead; without it, a difference is a failed test.
 */
export function expectGenerated(path: string, content: string): void {
  const file = inProject(path);
  if (process.env['UPDATE_DOCS'] !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  expect(readFileSync(file, 'utf8'), `${path} is out of date: npm run docs`).toBe(content);
}

/** A Markdown table; cells must not hold a vertical bar that is not escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** Replaces what stands between `<!-- name: npm run docs -->` and `<!-- /name -->`. */
export function withPart(document: string, name: string, content: string): string {
  const [before, after] = [`<!-- ${name}: npm run docs -->\n`, `\n<!-- /${name} -->`];
  const [from, to] = [document.indexOf(before) + before.length, document.indexOf(after)];
  if (!document.includes(before) || to < from) throw new Error(`no place for ${name}`);
  return document.slice(0, from) + content + document.slice(to);
}
