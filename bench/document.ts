import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

/** The compiled benchmark runs at the project's root: npm starts scripts there. */
const DOCUMENT = 'docs/bench.md';

/** Replaces one part of docs/bench.md; what stands round the parts is written by hand. */
export function writePart(name: string, content: string): void {
  writeFileSync(DOCUMENT, withPart(readFileSync(DOCUMENT, 'utf8'), name, content));
}

/** Replaces what stands between `<!-- name: npm run bench -->` and `<!-- /name -->`, or puts it at the end. */
export function withPart(document: string, name: string, content: string): string {
  const [before, after] = [`<!-- ${name}: npm run bench -->\n`, `\n<!-- /${name} -->`];
  const [start, to] = [document.indexOf(before), document.indexOf(after)];
  if (start < 0 || to < start) return `${document}\n## ${name}\n\n${before}${content}${after}\n`;
  return document.slice(0, start + before.length) + content + document.slice(to);
}

/** What the figures were taken with: date, machine, versions. */
export function circumstances(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const date = new Date().toISOString().slice(0, 10);
  const { node, openssl } = process.versions;
  const machine = `${processors.length} cores of ${model}, ${memory}, Linux ${release()}`;
  return `${date}, ${commit()}; ${machine}; Node ${node}, OpenSSL ${openssl}.`;
}

function commit(): string {
  try {
    return `commit ${execFileSync('git', ['rev-parse', '--short', 'HEAD'], { stdio: 'pipe' }).toString().trim()}`;
  } catch {
    return 'no commit';
  }
}
