import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { markdownTable } from '../docs/generated.ts';
import { inProject } from '../project.ts';
import { must } from './command.ts';

/** What a line of the report says beside its result. Together they name the cell. */
export interface ReportLine {
  readonly what: string;
  readonly we: 'initiator' | 'responder';
  readonly phase1: string;
  readonly phase2: string;
  readonly path: string;
}

export const lineTitle = (line: ReportLine): string =>
  `${line.what}: we are ${line.we}, ${line.phase1}, ESP ${line.phase2}, ${line.path}`;

const REPORT = 'docs/interop.md';
const HEAD = ['what', 'we are', 'phase 1', 'ESP', 'path', 'peer', 'kernel', 'result', 'when'];
const KEY_CELLS = 5;

const INTRODUCTION = `# Interoperability

Written by the cells of \`test/interop\` and \`test/kernel\` themselves when they run with \`SALLYPORT_INTEROP_REPORT=1\`. Each
passed cell has seen echoes through the tunnel in both directions and SPIs, cookies and algorithms that agree as read from
both sides, or, where it is about a refusal, the reason in our status. \`test/lab/README.md\` says how to run them.

`;

/** Enters the result of one cell in the report, in the place of an older one. Does nothing without SALLYPORT_INTEROP_REPORT. */
export async function report(line: ReportLine, passed: boolean): Promise<void> {
  if (process.env['SALLYPORT_INTEROP_REPORT'] === undefined) return;
  const peer = /strongSwan \S+/.exec(await must(['/usr/lib/ipsec/charon', '--version']))?.[0] ?? 'strongSwan';
  const key = [line.what, line.we, line.phase1, line.phase2, line.path];
  const row = [
    ...key,
    peer,
    `Linux ${/^[\d.]+/.exec(release())?.[0] ?? ''}`,
    passed ? 'passed' : '**failed**',
    new Date().toISOString().slice(0, 10),
  ];
  const file = inProject(REPORT);
  const rows = replaceRow(existsSync(file) ? readRows(readFileSync(file, 'utf8')) : [], row);
  writeFileSync(file, `${INTRODUCTION}${markdownTable(HEAD, rows)}\n`);
}

/** The rows of the table in a report. */
export function readRows(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(1).map((line) => line.slice(2, -2).split(' | '));
}

/** The rows with this one among them, in the order of their first cells, and none twice. */
export function replaceRow(rows: readonly string[][], row: string[]): string[][] {
  const key = (cells: readonly string[]): string => cells.slice(0, KEY_CELLS).join(' | ');
  const others = rows.filter((other) => key(other) !== key(row));
  return [...others, row].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
