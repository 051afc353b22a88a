import { expect, test } from 'vitest';
import { explainConnection } from '../../src/config/explain.ts';
import { config, connection, onlyConnection } from './sample.ts';

function explained(changes: Readonly<Record<string, unknown>>, psks?: readonly unknown[]): string[] {
  const parsed = config({
    connections: [connection(changes)],
    ...(psks === undefined ? {} : { credentials: { psks } }),
  });
  return explainConnection(onlyConnection(parsed), parsed);
}

test('a connection that waits for anybody', () => {
  const psks = [
    { peers: ['@plant-7', '@a'], secret: { env: 'PSK' } },
    { peers: ['@plant-7', '@b'], secret: { env: 'OTHER' } },
  ];
  const changes = {
    startup: 'wait',
    remote: { address: '%any' },
    phase1: { exchange: 'aggressive', proposals: ['aes256-sha256-ecp256', 'aes128-sha256-ecp256'], lifetime: '90m' },
    phase2: { proposals: ['aes128gcm16', 'aes256-sha512'], lifetime: { time: '30m', kilobytes: 4096 } },
    natt: { mode: 'off' },
    dpd: { delay: '10s', timeout: '50s', action: 'clear' },
    tunnels: [
      { name: 'lan', local: '10.1.0.0/24', remote: '10.2.0.0/24' },
      { name: 'ssh', local: '192.0.2.1[6/22]', remote: '198.51.100.1', mode: 'tunnel' },
    ],
  };
  expect(explained(changes, psks)).toEqual([
    'hq: waits at 192.0.2.1 for a peer from anywhere',
    '  we are @plant-7, the peer is anybody who has the key',
    '  key: credentials.psks[0], credentials.psks[1]',
    '  phase 1: aggressive mode, aes256-sha256-ecp256 or aes128-sha256-ecp256, for 90m',
    '  phase 2: aes128gcm16 or aes256-sha512, without perfect forward secrecy, for 30m or 4096 kilobytes',
    '  NAT traversal: never, keepalive after 20s',
    '  dead peer: asked 10s after its last sign of life, and every 10s from then on; dead 1m after it; ESP is a sign of life: always; then packets may leave in clear',
    '  tunnel lan: 10.1.0.0/24 <-> 10.2.0.0/24',
    '  tunnel ssh: 192.0.2.1[6/22] <-> 198.51.100.1',
  ]);
});

test.each([
  ['initiate', 'vpn.example.org', 'hq: initiates, from 192.0.2.1 to vpn.example.org (resolved when needed)'],
  ['on-demand', '198.51.100.1', 'hq: initiates when there is traffic, from 192.0.2.1 to 198.51.100.1'],
  ['on-demand', '%any', 'hq: waits at 192.0.2.1 for a peer from anywhere'],
  ['wait', '198.51.100.1', 'hq: waits at 192.0.2.1 for 198.51.100.1'],
])('startup %s to %s', (startup, address, expected) => {
  expect(explained({ startup, remote: { address, id: '@hq' } })[0]).toBe(expected);
});
