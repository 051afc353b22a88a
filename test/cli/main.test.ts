import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { FakeTerminal } from './fake-terminal.ts';

async function ran(...args: readonly string[]) {
  const terminal = new FakeTerminal({}, { 'bad.yaml': 'gateway: 1\n', 'good.yaml': 'gateway: { name: x }\n' });
  const status = await main(args, terminal);
  return { status, out: terminal.output.join('\n'), err: terminal.errors.join('\n') };
}

describe('exit status', () => {
  test.each([
    [['--version'], 0],
    [['--help'], 0],
    [['help', 'run'], 0],
    [['check', 'good.yaml'], 0],
    [['status', '--socket', '/nowhere/control'], 1],
    [['up', 'hq', '--socket', '/nowhere/control'], 1],
    [['down', 'hq', '--socket', '/nowhere/control'], 1],
    [['events', '--socket', '/nowhere/control'], 1],
    [[], 2],
    [['bogus'], 2],
    [['check'], 2],
    [['check', 'good.yaml', 'more'], 2],
    [['check', '--jason', 'good.yaml'], 2],
    [['run', 'good.yaml', '--log-level', 'loud'], 2],
    [['check', 'bad.yaml'], 2],
    [['run', 'bad.yaml'], 2],
    [['run', '/nowhere/plant.yaml'], 2],
    [['decode', '/nowhere/x.pcap'], 2],
    [['decode', 'good.yaml'], 2],
    [['decode', 'good.yaml', '--ike-port', '70000'], 2],
  ] as const)('of %j is %i', async (args, expected) => {
    expect((await ran(...args)).status).toBe(expected);
  });
});

test('help names every command', async () => {
  const { out } = await ran('--help');
  for (const command of ['run', 'check', 'status', 'events', 'up', 'down', 'decode', 'demo'])
    expect(out).toContain(`\n  ${command} `);
});

test('a mistyped command gets a suggestion', async () => {
  expect((await ran('chek')).err).toBe("error: unknown command 'chek'\n(Did you mean check?)");
});

test('without a gateway the reason and the way out are on standard error, and nothing on standard output', async () => {
  expect(await ran('status', '--socket', '/nowhere/control')).toEqual({
    status: 1,
    out: '',
    err:
      'no gateway is running: there is no socket at /nowhere/control\n' +
      '    start one with sallyport run FILE, or name its socket with --socket PATH',
  });
});
