import { describe, expect, test } from 'vitest';
import { check } from '../../src/cli/check.ts';
import { FakeTerminal } from './fake-terminal.ts';

const GOOD = `
gateway: { name: plant-7 }
credentials: { psks: [{ peers: ["@plant-7", "@hq"], secret: { file: psk } }] }
connections:
  - name: hq
    local: { id: "@plant-7" }
    remote: { address: 198.51.100.1, id: "@hq" }
    tunnels: [{ name: lan, local: 10.1.0.7/24, remote: 10.2.0.0/24 }]
`;
const BAD = 'gateway: { nam: x }\nesp: { mtu: 10 }\n';

function checked(text: string, json = false) {
  const terminal = new FakeTerminal({}, { '/etc/plant.yaml': text, '/etc/psk': 'correct horse battery staple\n' });
  const status = check('/etc/plant.yaml', { json }, terminal);
  return { status, out: terminal.output, err: terminal.errors };
}

describe('check', () => {
  test('says of a good configuration what it will do, and its warnings', () => {
    expect(checked(GOOD)).toEqual({
      status: 0,
      out: [
        '/etc/plant.yaml: good: gateway plant-7, 1 connection, 1 tunnel',
        'hq: initiates, from any local address to 198.51.100.1',
        '  we are @plant-7, the peer is @hq',
        '  key: credentials.psks[0]',
        '  phase 1: main mode, aes256-sha256-modp2048, for 8h',
        '  phase 2: aes256-sha256-modp2048, perfect forward secrecy with modp2048, for 1h',
        '  NAT traversal: ESP in UDP where a NAT is seen, keepalive after 20s',
        '  dead peer: asked 30s after its last sign of life, and every 30s from then on; dead 150s after it; ESP is a sign of life: always; then its networks are guarded until traffic or the peer brings it back',
        '  tunnel lan: 10.1.0.0/24 <-> 10.2.0.0/24',
      ],
      err: [
        '/etc/plant.yaml:8:35: warning: connections[0].tunnels[0].local: taken as 10.1.0.0/24 (HOST_BITS)',
        '    write it so',
      ],
    });
  });

  test('says of a bad one everything that is wrong, with status 2', () => {
    expect(checked(BAD)).toEqual({
      status: 2,
      out: [],
      err: [
        '/etc/plant.yaml:1:12: error: gateway.nam: unknown key "nam" (UNKNOWN_KEY)',
        '    did you mean "name"?',
        '/etc/plant.yaml:2:13: error: esp.mtu: must be at least 576 (OUT_OF_RANGE)',
        '/etc/plant.yaml:1:1: warning: connections: there is no connection (NO_CONNECTIONS)',
        '/etc/plant.yaml: 2 errors, 1 warning',
      ],
    });
  });

  test('tells the issues as JSON', () => {
    const good = checked(GOOD, true);
    expect(good.status).toBe(0);
    expect(JSON.parse(good.out.join(''))).toMatchObject({ errors: [], warnings: [{ code: 'HOST_BITS' }] });
    const bad = checked(BAD, true);
    expect(bad.status).toBe(2);
    expect(JSON.parse(bad.out.join('')).errors).toEqual([
      {
        severity: 'error',
        code: 'UNKNOWN_KEY',
        path: ['gateway', 'nam'],
        line: 1,
        column: 12,
        message: 'unknown key "nam"',
        hint: 'did you mean "name"?',
      },
      {
        severity: 'error',
        code: 'OUT_OF_RANGE',
        path: ['esp', 'mtu'],
        line: 2,
        column: 13,
        message: 'must be at least 576',
      },
    ]);
  });

  test('says which file cannot be read', () => {
    const terminal = new FakeTerminal();
    expect(check('/nowhere/plant.yaml', { json: false }, terminal)).toBe(2);
    expect(terminal.errors).toEqual([expect.stringMatching(/^\/nowhere\/plant\.yaml: ENOENT/)]);
  });
});
