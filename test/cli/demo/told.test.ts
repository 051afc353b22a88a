import { expect, test } from 'vitest';
import { inOrder } from '../../../src/cli/demo/told.ts';
import type { GatewayEvent } from '../../../src/gateway/events.ts';

const message = (time: number, name: 'message.sent' | 'message.received'): GatewayEvent => ({
  time,
  name,
  sa: { connection: 'other', role: 'initiator', initiatorCookie: '1', responderCookie: '2' },
  exchange: 'MAIN-MODE',
  messageId: 0,
  payloads: ['SA'],
  bytes: 100,
  encrypted: false,
  local: { address: '127.0.0.1', port: 500 } as never,
  remote: { address: '127.0.0.2', port: 500 } as never,
});
const started = (time: number): GatewayEvent => ({ time, name: 'gateway.stopped', gateway: 'left' });

const row = (left: readonly GatewayEvent[], right: readonly GatewayEvent[]): string[] =>
  inOrder(left, right).map(({ side, event }) => `${side} ${event.time} ${event.name}`);

test('the events of two gateways are told by time', () => {
  expect(row([started(1), started(4)], [started(2), started(3)])).toEqual([
    'left 1 gateway.stopped',
    'right 2 gateway.stopped',
    'right 3 gateway.stopped',
    'left 4 gateway.stopped',
  ]);
});

test('a message departs before it arrives, in the same millisecond too', () => {
  const left = [message(7, 'message.received'), started(7), message(7, 'message.sent')];
  const right = [message(7, 'message.sent'), message(7, 'message.received')];
  expect(row(left, right)).toEqual([
    'right 7 message.sent',
    'left 7 message.received',
    'left 7 gateway.stopped',
    'left 7 message.sent',
    'right 7 message.received',
  ]);
});

test('a gateway whose peer tells nothing is told whole', () => {
  expect(row([message(1, 'message.sent'), message(2, 'message.received')], [])).toEqual([
    'left 1 message.sent',
    'left 2 message.received',
  ]);
});
