import { expect, test } from 'vitest';
import { eventLine } from '../../src/cli/event-line.ts';

const sa = { connection: 'hq', role: 'initiator', initiatorCookie: '00', responderCookie: '00' };

test.each([
  [{ name: 'gateway.stopped', gateway: 'plant-7' }, 'gateway.stopped gateway=plant-7'],
  [
    { time: 1_790_000_000_000, name: 'attempt.scheduled', connection: 'hq', inMilliseconds: 500 },
    '2026-09-21T14:13:20.000Z attempt.scheduled connection=hq inMilliseconds=500',
  ],
  [
    {
      name: 'phase1.started',
      sa,
      local: { address: '192.0.2.1', port: 500 },
      remote: { address: '2001:db8::1', port: 500 },
    },
    'phase1.started hq role=initiator local=192.0.2.1:500 remote=[2001:db8::1]:500',
  ],
  [
    {
      name: 'phase2.established',
      sa,
      role: 'responder',
      inboundSpi: 0xabc,
      messageId: 255,
      vendorIds: ['DPD', 'NAT-T rfc3947'],
    },
    'phase2.established hq role=responder inboundSpi=00000abc messageId=000000ff vendorIds="DPD,NAT-T rfc3947"',
  ],
  [
    {
      name: 'phase1.failed',
      sa: { ...sa, connection: undefined },
      failure: { code: 'X', details: { ours: ['a', 'b'] }, advice: undefined },
    },
    'phase1.failed role=initiator failure.code=X failure.details.ours=a,b',
  ],
  [
    { name: 'gateway.started', listening: [{ address: '::1', port: 500 }], pfs: null, ok: true },
    'gateway.started listening=[::1]:500 ok=true',
  ],
  ['text', '"text"'],
])('%j reads %j', (event, expected) => {
  expect(eventLine(event)).toBe(expected);
});

test('what a peer chose steers no terminal', () => {
  expect(eventLine({ name: 'x', peerId: '\u009b31m\u202e"\u2028', other: '\u001b[2J' })).toBe(
    'x peerId="\uFFFD31m\uFFFD\\"\uFFFD" other=\uFFFD[2J',
  );
});
