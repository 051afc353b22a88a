import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { main } from '../../src/cli/main.ts';
import { temporaryFolder } from '../status/temporary-folder.ts';
import { FakeTerminal } from './fake-terminal.ts';

/** Two sites on loopback, each with a control socket of its own. */
function site(
  folder: string,
  ours: number,
  theirs: number,
  socket = join(folder, `site-${ours}`),
): { file: string; socket: string } {
  const file = join(folder, `site-${ours}.yaml`);
  const configuration = {
    gateway: { name: `site-${ours}`, listen: [`127.0.0.${ours}`], ports: { ike: 25_500, natt: 25_501 } },
    control: { socket },
    esp: { backend: 'userspace', device: 'memory' },
    credentials: { psks: [{ peers: [`@site-${ours}`, `@site-${theirs}`], secret: { env: 'PSK' } }] },
    connections: [
      {
        name: 'other',
        startup: 'wait',
        local: { id: `@site-${ours}` },
        remote: { address: `127.0.0.${theirs}`, id: `@site-${theirs}` },
        natt: { mode: 'force' },
        tunnels: [{ name: 'lan', local: `10.${ours}.0.0/24`, remote: `10.${theirs}.0.0/24` }],
      },
    ],
  };
  writeFileSync(file, stringify(configuration));
  return { file, socket };
}

const ENV = { PSK: 'correct horse battery staple' };

async function running(file: string, ...options: readonly string[]) {
  const terminal = new FakeTerminal(ENV);
  const ended = main(['run', file, ...options], terminal);
  onTestFinished(async () => {
    terminal.interrupt();
    await ended;
  });
  await terminal.seen(/is running/);
  return { terminal, ended };
}

async function asked(...args: readonly string[]) {
  const terminal = new FakeTerminal();
  const status = await main(args, terminal);
  return { status, out: terminal.output, err: terminal.errors };
}

test('a gateway runs, obeys its control socket, tells what it does, and ends on Ctrl-C', async () => {
  const folder = temporaryFolder();
  const [a, b] = [site(folder, 11, 12), site(folder, 12, 11)];
  const first = await running(a.file);
  await running(b.file);
  expect(first.terminal.output).toEqual([`gateway site-11 is running, control socket ${a.socket}`]);

  const reader = new FakeTerminal();
  const reading = main(['events', '--json', '--socket', a.socket], reader);
  onTestFinished(async () => {
    reader.interrupt();
    await reading;
  });
  expect(await asked('up', 'other', '--socket', a.socket)).toEqual({ status: 0, out: ['other is up'], err: [] });
  const { out } = await asked('status', '--socket', a.socket);
  expect(out[3]).toMatch(
    /^other +lan +up \d+s +up \d+s +10\.11\.0\.0\/24 +10\.12\.0\.0\/24 +@site-12 at 127\.0\.0\.12:25501/,
  );
  await reader.seen(/phase2\.established/);

  expect(await asked('down', 'other', '--socket', a.socket)).toEqual({ status: 0, out: ['other is down'], err: [] });
  const told = await asked('status', '--json', '--socket', a.socket);
  expect(JSON.parse(told.out.join('\n'))).toMatchObject({ schema: 1, connections: [{ name: 'other', state: 'down' }] });
  expect(await asked('up', 'nobody', '--socket', a.socket)).toMatchObject({ status: 1, out: [] });

  first.terminal.interrupt();
  expect(await first.ended).toBe(0);
  expect(existsSync(a.socket)).toBe(false);
  expect(await reading).toBe(1);
  expect(reader.errors).toEqual(['the gateway has ended']);
  const log = first.terminal.errors.map((line) => line.split(' ')[1]);
  expect(log).toContain('phase1.established');
  expect(log.at(-1)).toBe('gateway.stopped');
});

test('a second gateway at the same control socket does not start, and says why', async () => {
  const folder = temporaryFolder();
  const { file, socket } = site(folder, 13, 14);
  await running(file);
  const { file: other } = site(folder, 14, 13, socket);
  const terminal = new FakeTerminal(ENV);
  expect(await main(['run', other, '--log-level', 'error'], terminal)).toBe(1);
  expect(terminal.errors.at(-1)).toMatch(/^CONTROL_SOCKET: .*reason another gateway is running there\)$/);
});

test('keys are written down where the option says so, with a warning, and only there', async () => {
  const folder = temporaryFolder();
  const [a, b] = [site(folder, 15, 16), site(folder, 16, 15)];
  const logging = await running(a.file, '--unsafe-key-log', 'ike.keys', '--log-level', 'debug');
  const plain = await running(b.file, '--log-level', 'debug');
  expect(await asked('up', 'other', '--socket', a.socket)).toMatchObject({ status: 0 });
  expect([Object.keys(logging.terminal.appended), plain.terminal.appended]).toEqual([['ike.keys'], {}]);
  const [, key = ''] = /^[0-9a-f]{16},([0-9a-f]{64})\n$/.exec(logging.terminal.appended['ike.keys'] ?? '') ?? [];
  expect(key).toHaveLength(64);
  const status = await asked('status', '--json', '--socket', a.socket);
  const shown = [...logging.terminal.errors, ...plain.terminal.errors, ...status.out].join('\n');
  expect(shown).toContain('--unsafe-key-log: whoever reads ike.keys can read everything');
  expect(shown).toContain('phase1.established');
  expect(shown).not.toContain(key);
});

test('a gateway reads its file anew when it is told to, and goes on as it was where that cannot be used', async () => {
  const folder = temporaryFolder();
  const [a, b] = [site(folder, 17, 18), site(folder, 18, 17)];
  const { terminal } = await running(a.file);
  await running(b.file);
  await asked('up', 'other', '--socket', a.socket);
  expect(await asked('reload', '--socket', a.socket)).toEqual({ status: 0, out: ['unchanged: other'], err: [] });

  const text = readFileSync(a.file, 'utf8');
  writeFileSync(a.file, text.replace('natt: 25501', 'natt: 25503'));
  expect(await asked('reload', '--socket', a.socket)).toEqual({
    status: 2,
    out: [],
    err: [
      `${a.file}: error: gateway.ports: this cannot be changed while the gateway runs (RESTART_NEEDED)`,
      '    stop the gateway and start it with the new file, or leave this as it was',
      `CONFIG_REFUSED: the configuration cannot be used, and the one that runs stays as it is (file ${a.file})`,
      '    sallyport check FILE says everything that is wrong with a file',
    ],
  });
  writeFileSync(a.file, text.replace('startup: wait', 'startup: soon'));
  const { status, err } = await asked('reload', '--socket', a.socket);
  expect([status, err[0]]).toEqual([
    2,
    expect.stringMatching(/site-17\.yaml:\d+:\d+: error: connections\[0\]\.startup: .*INVALID_VALUE/),
  ]);
  expect((await asked('status', '--socket', a.socket)).out[3]).toMatch(/^other +lan +up/);

  writeFileSync(a.file, text.replace('name: lan', 'name: net'));
  terminal.hangup();
  await terminal.seen(/gateway\.reloaded .*changed=other/);
  writeFileSync(a.file, 'connections: []');
  terminal.hangup();
  await terminal.seen(/^CONFIG_REFUSED/);
  await asked('up', 'other', '--socket', a.socket);
  expect((await asked('status', '--socket', a.socket)).out[3]).toMatch(/^other +net +up/);
});
