import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { markdownTable } from '../docs/generated.ts';
import { inProject } from '../project.ts';
import { must } from './command.ts';

/** What a line of the report says beside its result. Together they name the cell. */
export interface ReportLine {
  readonly what: string;
  /** `initiator`, `responder`, or `both`. */
  readonly we: string;
  readonly phase1: string;
  readonly phase2: string;
  readonly path: string;
  /** Where charon's ESP is: `user-space` or `kernel`; or another peer, by its name. */
  readonly peer: string;
}

export const lineTitle = (line: ReportLine): string =>
  `${line.what}: we are ${line.we}, ${line.phase1}, ESP ${line.phase2}, ${line.path}, ${line.peer} peer`;

/** Whether a test of this title is one whose result is reported. */
export const isReported = (title: string): boolean => /^(?!the lab itself).*: we are \w+, .* peer$/.test(title);

const REPORT = 'docs/interop.md';
const HEAD = ['what', 'we are', 'phase 1', 'ESP', 'path', 'peer', 'strongSwan', 'Linux', 'result', 'seconds', 'when'];
const KEY_CELLS = 6;

const INTRODUCTION = `# Interoperability

Written by the cells of \`test/interop\` and \`test/kernel\` themselves when they run with \`SALLYPORT_INTEROP_REPORT=1\`, the
latter in a virtual machine with a kernel of its own. Each passed cell has seen echoes through the tunnel in both directions and
SPIs, cookies and algorithms that agree as read from both sides, or, where it is about a refusal, the reason in our status. Cells
called \`matrix\` are those that \`test/lab/matrix.ts\` makes of its factors, so that every value of each meets every value of each
other; those called \`design\` do the same for proof, exchange, NAT and role (\`test/lab/design.ts\`), a few each time and all of them
by \`npm run test:long\`. In the virtual machine the first cell on each path has waited for both gateways to start, under emulation of a
processor. \`test/lab/README.md\` says how to run them.

`;

let charons: Promise<string> | undefined;

/** Of strongSwan where nothing else is said. */
async function versionOf(peer: string): Promise<string> {
  if (peer === 'vpnc')
    return /vpnc version \d[\d.]*/.exec(await must(['vpnc', '--version']))?.[0].replace('version ', '') ?? '?';
  charons ??= must(['/usr/lib/ipsec/charon', '--version']);
  return /strongSwan (\S+)/.exec(await charons)?.[1] ?? '?';
}

/** Enters the result of one cell in the report, in the place of an older one. Does nothing without SALLYPORT_INTEROP_REPORT. */
export async function report(line: ReportLine, passed: boolean, seconds: number): Promise<void> {
  if (process.env['SALLYPORT_INTEROP_REPORT'] === undefined) return;
  const row = [
    ...keyOf(line),
    await versionOf(line.peer),
    /^[\d.]+/.exec(release())?.[0] ?? '?',
    passed ? 'passed' : '**failed**',
    seconds.toFixed(1),
    new Date().toISOString().slice(0, 10),
  ];
  const file = inProject(REPORT);
  writeFileSync(file, reportText(replaceRow(existsSync(file) ? readRows(readFileSync(file, 'utf8')) : [], row)));
}

/** The columns of HEAD that name the cell. */
const keyOf = (line: ReportLine): string[] => [line.what, line.we, line.phase1, line.phase2, line.path, line.peer];

/** The line of a row, with what its first columns say. */
export function lineOfRow([
  what = '',
  we = '',
  phase1 = '',
  phase2 = '',
  path = '',
  peer = '',
]: readonly string[]): ReportLine {
  return { what, we, phase1, phase2, path, peer };
}

export const reportText = (rows: readonly (readonly string[])[]): string =>
  `${INTRODUCTION}${markdownTable(HEAD, rows)}\n`;

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
