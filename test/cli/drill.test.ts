import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { readCapture } from '../../src/sim.ts';
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
  return { status, out: terminal.output, err: terminal.errors, written: terminal.written };
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

  test('writes XML for build servers, a page for people and captures for Wireshark', async () => {
    const reports = ['--junit', 'out/junit.xml', '--html', 'out/report.html', '--pcap', 'out'];
    const { status, written } = await drilled('silent.yaml', '--seeds', '1..2', ...reports);
    expect(status).toBe(1);
    const xml = String(written['out/junit.xml']);
    expect(xml).toContain('<testsuite name="silent" tests="3" failures="1">');
    expect(xml).toMatch(/name="a: tunnel up at 59s"><failure message="seed 1: down with b since \d+\.\d{3} s">/);
    const html = String(written['out/report.html']);
    expect(html).toContain('0 of 1 drills passed');
    expect(html.match(/<svg /g)).toHaveLength(1);
    expect(html).not.toMatch(/(?:src|href)=/);
    const pcap = written['out/silent-a.pcap'];
    if (!(pcap instanceof Uint8Array)) throw new Error('no capture');
    const frames = [...readCapture(pcap)];
    expect(frames.length).toBeGreaterThan(9);
    expect(String(written['out/silent-a.ikev1_decryption_table'])).toMatch(/^[0-9a-f]{16},[0-9a-f]{32}\n$/);
    expect(String(written['out/silent-a.esp_sa']).trim().split('\n')).toHaveLength(2);
  });

  test('lists what comes with it', async () => {
    const { status, out } = await drilled('--list');
    expect(status).toBe(0);
    expect(out.some((line) => /^peer-reboots +simulated, live +A peer loses power/.test(line))).toBe(true);
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
