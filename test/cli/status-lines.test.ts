import { describe, expect, test } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { bytesText, spanText, statusLines } from '../../src/cli/status-lines.ts';
import type { ConnectionStatus, TunnelStatus } from '../../src/status/gateway-status.ts';
import { IDLE_STATUS } from '../status/fake-gateway.ts';

const local = { address: requireIpAddress('192.0.2.1'), port: 500 };
const remote = { address: requireIpAddress('198.51.100.1'), port: 4500 };
const cookies = { initiatorCookie: '0102030405060708', responderCookie: '1112131415161718' };

const established: ConnectionStatus['phase1'][number] = {
  state: 'established',
  role: 'initiator',
  ...cookies,
  local,
  remote,
  established: {
    peerId: '@hq',
    cipher: 'aes256',
    hash: 'sha256',
    group: 'modp2048',
    sinceMilliseconds: 7_980_000,
    expiresInMilliseconds: 20_820_000,
    nat: { localBehindNat: false, remoteBehindNat: false, encapsulated: false },
    dpd: true,
    vendorIds: [],
  },
};

const down: TunnelStatus = { name: 'lan', state: 'down', local: '10.1.0.0/24', remote: '10.2.0.0/24', pairs: [] };
const up: TunnelStatus = {
  ...down,
  state: 'up',
  pairs: [
    {
      pair: 1,
      role: 'initiator',
      peer: '@hq',
      inboundSpi: '00000100',
      outboundSpi: '00000200',
      suite: 'aes256-sha256',
      mode: 'tunnel',
      encapsulation: 'none',
      sinceMilliseconds: 61_000,
      expiresInMilliseconds: 3_539_000,
    },
  ],
  traffic: { inbound: { packets: 10, bytes: 840 }, outbound: { packets: 1000, bytes: 1_250_000 } },
};

const connection = (changes: Partial<ConnectionStatus>): ConnectionStatus => ({
  name: 'hq',
  wanted: true,
  takenDown: false,
  state: 'down',
  phase1: [],
  tunnels: [down],
  history: [],
  liveness: [],
  ...changes,
});

describe('the status for people', () => {
  test('of a gateway without connections is one line', () => {
    expect(statusLines(IDLE_STATUS)).toEqual(['gateway plant-7, up 3h 12m, ESP by userspace']);
  });

  test('has a row for each tunnel, with both phases', () => {
    const connections = [
      connection({
        state: 'partly-up',
        phase1: [established],
        tunnels: [up, { ...down, name: 'dmz', state: 'negotiating' }],
      }),
      connection({ name: 'branch' }),
    ];
    expect(statusLines({ ...IDLE_STATUS, connections })).toEqual([
      'gateway plant-7, up 3h 12m, ESP by userspace',
      '',
      'CONNECTION  TUNNEL  PHASE 1    PHASE 2      LOCAL        REMOTE       PEER                      IN     OUT',
      'hq          lan     up 2h 13m  up 1m 1s     10.1.0.0/24  10.2.0.0/24  @hq at 198.51.100.1:4500  840 B  1.3 MB',
      'hq          dmz     up 2h 13m  negotiating  10.1.0.0/24  10.2.0.0/24  @hq at 198.51.100.1:4500',
      'branch      lan     down       down         10.1.0.0/24  10.2.0.0/24',
    ]);
  });

  test('says why something is not up, and what comes next', () => {
    const hint = {
      code: 'NO_PROPOSAL_CHOSEN',
      text: 'NO_PROPOSAL_CHOSEN: no offered proposal is acceptable',
      details: {},
    } as const;
    const details = { issues: ['we allow aes128gcm16', 'the peer offers transform 1: 3des'] };
    const failure = { ...hint, details, advice: 'make one suite the same on both sides' };
    const connections = [
      connection({
        phase1: [{ state: 'awaiting-sa', role: 'initiator', ...cookies, local, remote, hint }],
        lastFailure: { phase: 1, failure, agoMilliseconds: 12_000 },
        lastEnd: { phase: 2, tunnel: 'lan', reason: 'deleted-by-peer', agoMilliseconds: 20_000 },
        history: [
          { phase: 1, failure, times: 3, agoMilliseconds: 12_000, firstAgoMilliseconds: 18_000 },
          {
            phase: 2,
            tunnel: 'lan',
            ended: 'deleted-by-peer',
            times: 1,
            agoMilliseconds: 20_000,
            firstAgoMilliseconds: 20_000,
          },
          {
            phase: 2,
            tunnel: 'lan',
            ended: 'invalid-spi',
            times: 1,
            agoMilliseconds: 7_500_000,
            firstAgoMilliseconds: 7_500_000,
          },
        ],
        nextAttemptInMilliseconds: 8000,
      }),
    ];
    expect(statusLines({ ...IDLE_STATUS, connections }).slice(3)).toEqual([
      'hq          lan     negotiating  down     10.1.0.0/24  10.2.0.0/24  198.51.100.1:4500',
      '',
      'hq: phase 1 failed 12s ago: NO_PROPOSAL_CHOSEN: no offered proposal is acceptable',
      '    we allow aes128gcm16',
      '    the peer offers transform 1: 3des',
      '    make one suite the same on both sides',
      'hq: phase 2 of lan ended 20s ago: deleted-by-peer',
      'hq: phase 1 failed 3 times, from 18s to 12s ago: NO_PROPOSAL_CHOSEN',
      'hq: phase 2 of lan ended 2h 5m ago: invalid-spi',
      'hq: perhaps NO_PROPOSAL_CHOSEN: no offered proposal is acceptable, but that is not proved',
      'hq: next attempt in 8s',
    ]);
  });
});

test('what was taken down says so, and a flood is seen', () => {
  const halfOpenByStanding = { ...IDLE_STATUS.halfOpenByStanding, 'stranger-claimed': 512, 'stranger-shown': 3 };
  const drops = { ...IDLE_STATUS.drops, 'half-open-limit': 98_765, displaced: 43, keepalive: 7 };
  const connections = [connection({ wanted: false, takenDown: true })];
  expect(statusLines({ ...IDLE_STATUS, connections, halfOpen: 515, halfOpenByStanding, drops }).slice(5)).toEqual([
    'hq: taken down, and its peer is not let in until it is brought up again',
    'attempts of peers that have not proved themselves: 512 stranger-claimed, 3 stranger-shown',
    'for want of room: 98765 refused, 43 displaced',
  ]);
});

describe('what is known of the life of a peer', () => {
  const evidence = {
    lastSign: { kind: 'esp', agoMilliseconds: 95_000 },
    unanswered: 3,
    asked: 9,
    answered: 6,
    roundTripsMilliseconds: [],
  } as const;
  const asked = { peer: '@hq', state: 'asked', ...evidence, deadInMilliseconds: 55_000 } as const;
  const dead = { peer: '@hq', action: 'hold', agoMilliseconds: 12_000 } as const;
  const linesOf = (changes: Partial<ConnectionStatus>): string[] =>
    statusLines({ ...IDLE_STATUS, connections: [connection(changes)] }).slice(5);

  test('is a line while it is suspected, and one after it was found dead', () => {
    expect(linesOf({ liveness: [asked] })).toEqual(['hq: @hq silent for 1m 35s, asked 3 times, dead in 55s']);
    expect(linesOf({ lastDeath: { ...dead, evidence: { ...evidence, route: 'unknown' } } })).toEqual([
      'hq: @hq found dead 12s ago (hold)',
    ]);
    expect(linesOf({ lastDeath: { ...dead, evidence: { ...evidence, route: 'none' } } })).toEqual([
      'hq: @hq found dead 12s ago, without a route to it (hold)',
    ]);
  });

  test('is nothing while it is alive, also after a death', () => {
    const alive = { peer: '@hq', state: 'alive', ...evidence, unanswered: 0 } as const;
    const lastDeath = { ...dead, evidence: { ...evidence, route: 'unknown' } } as const;
    expect(linesOf({ liveness: [alive], lastDeath })).toEqual([]);
  });
});

test.each([
  [0, '0s'],
  [-5, '0s'],
  [59_499, '59s'],
  [60_000, '1m'],
  [3_600_000, '1h'],
  [3_605_000, '1h'],
  [11_520_000, '3h 12m'],
  [90_000_000, '1d 1h'],
])('%i milliseconds read %j', (span, expected) => {
  expect(spanText(span)).toBe(expected);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1_250_000, '1.3 MB'],
  [5e15, '5000.0 TB'],
])('%i octets read %j', (bytes, expected) => {
  expect(bytesText(bytes)).toBe(expected);
});
