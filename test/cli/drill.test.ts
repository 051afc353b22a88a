import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { FakeTerminal } from './fake-terminal.ts';

const DRILL = `name: silent
purpose: A peer falls silent
duration: 60s
connection: { dpd: { delay: 5s, timeout: 20s } }
gateways: { a: {}, b: {} }
script: [{ at: 10s, cut: { from: b, to: a } }]
expect:
  - { on: a, event: peer.dead, between: [30s, 36s] }
  - { on: a, state: up, at: 59s }
`;

async function drilled(...args: string[]) {
  const files = {
    'silent.yaml': DRILL,
    'good.yaml': DRILL.replace('state: up', 'state: down'),
    'bad.yaml': 'name: x\n',
  };
  const terminal = new FakeTerminal({}, files);
  const status = await main(['drill', ...args], terminal);
  return { status, out: terminal.output, err: terminal.errors };
}

describe('sallyport drill', () => {
  test('shows what happened, and what was found for each expectation', async () => {
    const { status, out } = await drilled('silent.yaml');
    expect(status).toBe(1);
    expect(out[0]).toBe('FAILED  silent: A peer falls silent');
    expect(out.map((line) => line.trim())).toContain('10.000 s  network  *** cut from b to a');
    expect(out.slice(-2)).toEqual([
      '  ok      a: peer.dead at least once between 30s and 36s: at 30.100 s',
      '  NOT SO  a: tunnel up at 59s: down with b since 30.100 s',
    ]);
  });

  test('runs many seeds, and says with its status whether all passed', async () => {
    const { status, out } = await drilled('good.yaml', '--seeds', '1..3');
    expect(status).toBe(0);
    expect(out.at(-1)).toBe('  3 of 3 seeds passed');
  });

  test('tells the verdict as JSON', async () => {
    const { status, out } = await drilled('good.yaml', '--json');
    expect(status).toBe(0);
    expect(out.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ drill: 'silent', mode: 'simulated', seed: 1, passed: true }),
    ]);
  });

  test('lists what comes with it', async () => {
    const { status, out } = await drilled('--list');
    expect(status).toBe(0);
    expect(out.some((line) => /^peer-reboots +simulated +A peer loses power/.test(line))).toBe(true);
  });

  test('says what is wrong with a file, with status 2', async () => {
    expect(await drilled('bad.yaml')).toMatchObject({
      status: 2,
      err: expect.arrayContaining([expect.stringMatching(/^bad\.yaml:1:1: error: purpose: must be given: text/)]),
    });
    expect(await drilled('nowhere')).toMatchObject({ status: 2, err: [expect.stringMatching(/^nowhere: ENOENT/)] });
    expect(await drilled()).toMatchObject({ status: 2 });
    expect(await drilled('silent.yaml', '--seeds', '3..1')).toMatchObject({ status: 2 });
  });
});
