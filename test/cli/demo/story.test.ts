import { expect, test } from 'vitest';
import { requireIpAddress } from '../../../src/base/address.ts';
import { paintFor } from '../../../src/cli/demo/paint.ts';
import { Story } from '../../../src/cli/demo/story.ts';
import type { Told } from '../../../src/cli/demo/told.ts';

const plain = paintFor(false, {});
const sa = { connection: 'other', role: 'initiator', initiatorCookie: '1', responderCookie: '2' } as const;
const at = (address: string, port: number) => ({ address: requireIpAddress(address), port });
const LEFT = '192.168.9.2';
const RIGHT = '203.0.113.2';

type Message = Extract<Told['event'], { name: 'message.sent' | 'message.received' | 'message.resent' }>;

function message(side: Told['side'], over: Partial<Message>): Told {
  const [local, remote] = side === 'left' ? [LEFT, RIGHT] : [RIGHT, LEFT];
  return {
    side,
    event: {
      time: 1000,
      name: 'message.sent',
      sa,
      exchange: 'MAIN-MODE',
      messageId: 0,
      payloads: ['SA', 'VENDOR-ID', 'VENDOR-ID'],
      bytes: 124,
      encrypted: false,
      local: at(local, 500),
      remote: at(remote, 500),
      ...over,
    },
  };
}

test('messages are numbered in their exchange, under a heading, and the ports are told when they change', () => {
  const story = new Story(plain, { heard: false });
  const lines = [
    message('left', {}),
    message('right', { name: 'message.received' }),
    message('right', { time: 1012 }),
    message('left', { time: 1020, local: at(LEFT, 4500), remote: at(RIGHT, 4500), payloads: ['ID'], encrypted: true }),
    message('left', { time: 1520, name: 'message.resent', local: at(LEFT, 4500), payloads: [] }),
    message('left', { time: 1600, exchange: 'INFORMATIONAL', messageId: 7, local: at(LEFT, 4500), bytes: 92 }),
  ].flatMap((told) => story.lines(told));
  expect(lines).toEqual([
    '',
    'Phase 1, Main Mode: the gateways agree on keys for themselves and prove who they are',
    '          left           sends 192.168.9.2:500 to 203.0.113.2:500',
    '    0 ms  left  → right  Main Mode 1    SA, 2 VENDOR-ID                 124 bytes  in clear',
    '          right          sends 203.0.113.2:500 to 192.168.9.2:500',
    '   12 ms  right → left   Main Mode 2    SA, 2 VENDOR-ID                 124 bytes  in clear',
    '          left           moves to the port for NAT traversal: 192.168.9.2:4500 to 203.0.113.2:4500',
    '   20 ms  left  → right  Main Mode 3    ID                              124 bytes  encrypted',
    '  520 ms  left  → right  Main Mode 3                                    124 bytes  again',
    '',
    'Down again: the left gateway deletes what stands',
    '  600 ms  left  → right  Informational  SA, 2 VENDOR-ID                  92 bytes  in clear',
  ]);
});

test('where the peer tells nothing, what arrives is told in its place', () => {
  const story = new Story(plain, { heard: true });
  story.lines(message('left', {}));
  expect(story.lines(message('left', { name: 'message.received', time: 1003 }))).toEqual([
    '          right          sends 203.0.113.2:500 to 192.168.9.2:500',
    '    3 ms  right → left   Main Mode 2    SA, 2 VENDOR-ID                 124 bytes  in clear',
  ]);
});

test('what came of the messages is told under them', () => {
  const story = new Story(plain, { heard: false });
  const told: Told['event'][] = [
    {
      time: 1,
      name: 'phase1.established',
      sa,
      peerId: '@right',
      suite: 'aes256',
      lifetimeSeconds: 28_800,
      vendorIds: [],
    },
    {
      time: 1,
      name: 'nat.detected',
      sa,
      localBehindNat: true,
      remoteBehindNat: false,
      forced: false,
      dialect: 'rfc3947',
    },
    {
      time: 2,
      name: 'phase2.established',
      sa,
      tunnel: 'lan',
      pair: 1,
      inboundSpi: 0x1a,
      outboundSpi: 0xfe00_0001,
      suite: 'aes128gcm16',
      pfs: 'modp2048',
      encapsulation: 'udp',
      lifetimeSeconds: 3600,
    },
    { time: 3, name: 'phase2.ended', connection: 'other', tunnel: 'lan', pair: 1, reason: 'deleted-by-peer' },
    { time: 3, name: 'attempt.scheduled', connection: 'other', inMilliseconds: 5 },
  ];
  const texts = told.flatMap((event) => story.lines({ side: 'left', event }));
  expect(texts.map((line) => line.replace(/^ +left +/, ''))).toEqual([
    'phase 1 is up: the peer has proved to be @right, holds for 8h',
    'agreed: aes256, pre-shared key',
    'NAT found: before this gateway (NAT-T rfc3947)',
    'the tunnel is up: SPI 0000001a in, fe000001 out, holds for 1h',
    'agreed: ESP aes128gcm16, fresh modp2048 for PFS, in UDP',
    'the tunnel has ended: deleted by peer',
  ]);
});

test.each([
  [true, {}, '\u001B[32mup\u001B[0m'],
  [true, { NO_COLOR: '' }, '\u001B[32mup\u001B[0m'],
  [true, { NO_COLOR: '1' }, 'up'],
  [true, { TERM: 'dumb' }, 'up'],
  [false, {}, 'up'],
])('colours are for a terminal (%s) unless the environment %j forbids them', (isTerminal, env, expected) => {
  expect(paintFor(isTerminal, env)('green', 'up')).toBe(expected);
});
