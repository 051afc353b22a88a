import { expect, test } from 'vitest';
import { eventLog } from '../../src/cli/event-log.ts';
import { FakeTerminal } from './fake-terminal.ts';

const EVENTS = [
  { name: 'message.sent' },
  { name: 'gateway.started', gateway: 'plant-7' },
  { name: 'hint' },
  { name: 'internal.error', text: 'oops' },
  { name: 'of.a.later.version' },
];

test.each([
  [
    'debug',
    ['message.sent', 'gateway.started gateway=plant-7', 'hint', 'internal.error text=oops', 'of.a.later.version'],
  ],
  ['info', ['gateway.started gateway=plant-7', 'hint', 'internal.error text=oops', 'of.a.later.version']],
  ['warn', ['hint', 'internal.error text=oops']],
  ['error', ['internal.error text=oops']],
] as const)('at level %s the log has %j', async (level, expected) => {
  const terminal = new FakeTerminal();
  const log = await eventLog({ level, format: 'text' }, terminal);
  for (const event of EVENTS) log(event);
  expect(terminal.errors).toEqual(expected);
  expect(terminal.output).toEqual([]);
});

test('for programs it is lines of JSON with numbers for levels', async () => {
  const terminal = new FakeTerminal();
  const log = await eventLog({ level: 'warn', format: 'json' }, terminal);
  for (const event of EVENTS) log(event);
  expect(terminal.errors.map((line) => JSON.parse(line) as unknown)).toEqual([
    { level: 40, name: 'hint' },
    { level: 50, name: 'internal.error', text: 'oops' },
  ]);
});
