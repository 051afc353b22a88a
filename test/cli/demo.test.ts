import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../../scripts/bundle.mjs';
import { inProject } from '../project.ts';
import { temporaryFolder } from '../status/temporary-folder.ts';

/** A bundler and three processes, on a machine that may be busy with other tests. */
const LIMIT_MS = 120_000;

/** A build of its own, so that no other build changes it meanwhile; below the project, where its packages are found. */
let built: string;

beforeAll(async () => {
  mkdirSync(inProject('.cache'), { recursive: true });
  built = mkdtempSync(inProject('.cache/built-demo-'));
  await bundle(`${built}/dist`);
  copyFileSync(inProject('package.json'), `${built}/package.json`);
}, LIMIT_MS);
afterAll(() => rmSync(built, { recursive: true, force: true }));

interface Ran {
  readonly status: number | string | null | undefined;
  readonly lines: readonly string[];
  readonly stderr: string;
}

function demo(...args: readonly string[]): Promise<Ran & { readonly left: readonly string[] }> {
  const folder = temporaryFolder();
  return new Promise((resolve) => {
    const program = [`${built}/dist/sallyport.js`, 'demo', ...args];
    const env = { ...process.env, TMPDIR: folder };
    execFile(process.execPath, program, { env }, (error, stdout, stderr) => {
      const status = error === null ? 0 : error.code;
      resolve({ status, lines: stdout.split('\n'), stderr, left: readdirSync(folder) });
    });
  });
}

/** The messages of a story: who sent which to whom. */
const messages = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => {
    const [, from, to, what] = /ms {2}(\w+) +→ (\w+) +(\w+(?: Mode \d)?) /.exec(line) ?? [];
    return what === undefined ? [] : [`${from} ${to} ${what}`];
  });

test(
  'two gateways in two processes negotiate without any rights, and pings come back through the tunnel',
  async () => {
    const { status, lines, stderr, left } = await demo('--stage', 'loopback');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(messages(lines)).toEqual([
      'left right Main Mode 1',
      'right left Main Mode 2',
      'left right Main Mode 3',
      'right left Main Mode 4',
      'left right Main Mode 5',
      'right left Main Mode 6',
      'left right Quick Mode 1',
      'right left Quick Mode 2',
      'left right Quick Mode 3',
      'left right Informational',
      'left right Informational',
    ]);
    const text = lines.join('\n');
    expect(text).toContain('10.1.0.1 pings 10.2.0.1: 3 sent, 3 answered');
    expect(text.match(/the tunnel is up: SPI/g)).toHaveLength(2);
    expect(text.match(/moves to the port for NAT traversal/g)).toHaveLength(2);
    expect(text.match(/3 packets, 252 B {2}3 packets, 252 B/g)).toHaveLength(2);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(lines.at(-2)).toBe('It works: every ping went through the tunnel and came back.');
    expect(left).toEqual([]);
  },
  LIMIT_MS,
);

test('a stage that cannot be had, when it is asked for, is a failure with the reason', async () => {
  const { status, stderr } = await demo('--stage', 'loopback', '--peer', 'strongswan');
  expect([status, stderr]).toEqual([1, 'strongSwan needs the stage namespaces\n']);
});
