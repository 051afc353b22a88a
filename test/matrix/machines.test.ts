import { beforeAll, describe, expect, it } from 'vitest';
import { utf8Bytes } from '../../src/base/bytes.ts';
import { IkeError } from '../../src/base/errors.ts';
import type { ExchangeJobResult } from '../../src/ike/effects.ts';
import type { Context, Input, Machine, MessageInput, Named } from '../../src/ike/exchange/exchange.ts';
import { abandon, run } from '../../src/ike/exchange/run.ts';
import { copyOf, MACHINES, observe, type Observed } from '../ike/exchange/observed.ts';
import { certified, certifiedPair, endsWith } from '../ike/certificates.ts';
import { asGateway, asUser, hybridPair } from '../ike/hybrid-pair.ts';
import { PairOfEndpoints } from '../ike/pair-of-endpoints.ts';
import { pairWith, withModeConfig, withUsers } from '../ike/users.ts';
import { type InputKind, INPUT_KINDS, type Row, TABLE } from './table.ts';

/** Handshakes without PFS, with it, with signatures, in Aggressive Mode, with Hybrid Authentication and with XAUTH and Mode Config give examples of every state and of every message; each is paired with its own only. */
const handshakes: Observed[][] = [];
beforeAll(async () => {
  const ends = await endsWith();
  const [a, b] = [certified('a', ['ecdsa256']), certified('b', ['ecdsa256'])];
  const pfs = { esp: [{ cipher: 'aes128gcm16', group: 'ecp256' }] } as const;
  handshakes.push(observe(() => void PairOfEndpoints.up()));
  handshakes.push(observe(() => void PairOfEndpoints.up(pfs, { seed: 'another' })));
  handshakes.push(observe(() => certifiedPair(a, b, ends).initiate()));
  handshakes.push(observe(() => void PairOfEndpoints.up({ exchange: 'aggressive' })));
  const signed = (side: 'a' | 'b') => certified(side, ['ecdsa256'], { exchange: 'aggressive' });
  handshakes.push(observe(() => certifiedPair(signed('a'), signed('b'), ends).initiate()));
  for (const exchange of ['main', 'aggressive'] as const)
    for (const beginner of ['a', 'b'] as const) {
      const hybrid = hybridPair(asUser(exchange), asGateway('any', exchange));
      handshakes.push(observe(() => hybrid.initiate(hybrid[beginner])));
    }
  const [asked, asks] = [
    [withUsers('a'), withModeConfig('a', 'pull')],
    [withUsers('b'), withModeConfig('b', 'pull')],
  ];
  handshakes.push(observe(() => pairWith(asked, asks).initiate()));
});

const machineNames = Object.keys(MACHINES);
function machineOf(name: string): Machine<Named> {
  const machine = MACHINES[name];
  if (machine === undefined) throw new Error(`no machine ${name}`);
  return machine;
}

interface Example {
  readonly state: Named;
  readonly context: Context;
}

/** The state as a step began in it, or as one ended in it. */
function examplesOf(handshake: readonly Observed[], machine: string, name: string): Example[] {
  const own = handshake.filter((one) => one.machine === machine);
  const found = own.flatMap(({ state, next, context }) =>
    [state, next].flatMap((each) => (each?.name === name ? [{ state: each, context }] : [])),
  );
  const [first] = own;
  if (name !== 'failed' || first === undefined) return found;
  return [{ state: { name, error: new IkeError('CANCELLED') } as Named, context: first.context }];
}

/** Results as jobs give them, and such as they may give where something is wrong. */
const RESULTS: { readonly [K in ExchangeJobResult['kind']]: readonly Extract<ExchangeJobResult, { kind: K }>[] } = {
  'dh-public': [{ kind: 'dh-public', publicValue: new Uint8Array(64).fill(2) }],
  'dh-agree': [{ kind: 'dh-agree', gxy: new Uint8Array(32).fill(3) }],
  'dh-exchange': [{ kind: 'dh-exchange', publicValue: new Uint8Array(64).fill(4), gxy: new Uint8Array(32).fill(5) }],
  'find-psk': [
    { kind: 'find-psk', candidates: [{ psk: utf8Bytes('a secret'), connections: ['link'], identities: 'any' }] },
    { kind: 'find-psk', candidates: [{ psk: Uint8Array.of(1), connections: ['link'], identities: 'any' }] },
    { kind: 'find-psk', candidates: [] },
  ],
  sign: [{ kind: 'sign', signature: new Uint8Array(64).fill(6), certificates: [] }],
  'verify-peer': [
    {
      kind: 'verify-peer',
      verdict: { accepted: false, code: 'INVALID_CERTIFICATE', check: 'missing', reason: 'for a test' },
    },
  ],
  'verify-user': [
    { kind: 'verify-user', accepted: true },
    { kind: 'verify-user', accepted: false, message: 'not today' },
  ],
  'user-secret': [{ kind: 'user-secret', secret: Uint8Array.of(1, 2) }],
  'allocate-spi': [
    { kind: 'allocate-spi', spi: 0x3000 },
    { kind: 'allocate-spi', spi: 7 },
  ],
  failed: [
    { kind: 'failed', code: 'JOB_FAILED', reason: 'for a test' },
    { kind: 'failed', code: 'INVALID_KEY_INFORMATION', reason: 'for a test' },
  ],
};

const OF_ONE_HANDSHAKE: ReadonlySet<InputKind> = new Set(['job verify-peer', 'job dh-agree']);

function inputsOf(handshake: readonly Observed[], kind: InputKind): readonly Input[] {
  if (kind === 'begin' || kind === 'inbound-used') return [{ type: kind }];
  if (kind.startsWith('job ')) {
    const all: [string, readonly ExchangeJobResult[]][] = Object.entries(RESULTS);
    const results = all.flatMap(([name, own]) => (kind === `job ${name}` ? own : []));
    // A verdict is about one signature and a HASH about one secret, so the good ones are those of this handshake.
    const real = handshake.flatMap(({ input }) =>
      input.type === 'job' && `job ${input.result.kind}` === kind && OF_ONE_HANDSHAKE.has(kind) ? [input.result] : [],
    );
    return [...results, ...real].map((result) => ({ type: 'job', result }));
  }
  const messages = handshake.flatMap(({ input }) => (input.type === 'message' ? [input] : []));
  // There are several Transactions, each about something else.
  if (kind === 'transaction' && messages.some(({ message }) => message === kind))
    return messages.filter(({ message }) => message === kind);
  const own = messages.find(({ message }) => message === kind);
  // No exchange has it, so what is in it makes no difference.
  const stand = (message: MessageInput): Input => ({ ...message, message: kind as MessageInput['message'] });
  return own === undefined ? messages.slice(0, 1).map(stand) : [own];
}

/** What a state makes of an input, as `run` has it; an exchange that has ended is never shown anything, so it refuses by throwing. */
function outcome(machine: Machine<Named>, { state, context }: Example, input: Input): string {
  try {
    const result = run(machine, copyOf(state), copyOf(input), context);
    return result.kind === 'dropped' ? 'drop' : result.state.name;
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return 'refuse';
  }
}

function rowOf(name: string, state: string): Record<string, string[]> {
  const machine = machineOf(name);
  const cells = INPUT_KINDS.map((kind) => {
    const outcomes = handshakes.flatMap((handshake) =>
      examplesOf(handshake, name, state).flatMap((example) =>
        inputsOf(handshake, kind).map((input) => outcome(machine, example, input)),
      ),
    );
    return [kind, [...new Set(outcomes)].sort()] as const;
  });
  return Object.fromEntries(cells);
}

const rows = Object.entries(TABLE).flatMap(([machine, states]) =>
  Object.entries(states as Record<string, Row<string>>).map(([state, row]) => ({ machine, state, row })),
);

describe('every state of every machine with every kind of input', () => {
  it('has all states of all machines, and messages of a real handshake for all that any of them expects', () => {
    const states = Object.entries(MACHINES).flatMap(([machine, { graph }]) =>
      Object.keys(graph).map((state) => `${machine} ${state}`),
    );
    expect(rows.map(({ machine, state }) => `${machine} ${state}`).sort()).toEqual(states.sort());
    const messages = handshakes.flatMap((handshake) =>
      handshake.flatMap(({ input }) => (input.type === 'message' ? [input.message] : [])),
    );
    const expected = Object.values(MACHINES).flatMap(({ expects }) => Object.values(expects));
    expect(new Set(messages)).toEqual(new Set(expected));
  });

  it.each(rows)(
    'goes on, is dropped, fails or refuses as the table says: $machine $state',
    ({ machine, state, row }) => {
      expect(rowOf(machine, state)).toEqual(row);
    },
  );

  it.each(machineNames)('moves along the graph and along all of it: %s', (name) => {
    const machine = machineOf(name);
    const own = rows.filter((row) => row.machine === name);
    const moves = own.flatMap(({ state, row }) =>
      Object.values(row)
        .flat()
        .flatMap((to) => (to === 'drop' || to === 'refuse' ? [] : [`${state} to ${to}`])),
    );
    const abandoned = own.flatMap(({ state }) =>
      handshakes
        .flatMap((handshake) => examplesOf(handshake, name, state))
        .filter(() => machine.graph[state]?.length !== 0)
        .map((example) => {
          const end = abandon(machine, copyOf(example.state), new IkeError('CANCELLED'));
          return `${state} to ${end.kind === 'moved' ? end.state.name : 'nothing'}`;
        }),
    );
    const edges = Object.entries(machine.graph).flatMap(([from, all]) => all.map((to) => `${from} to ${to}`));
    expect([...new Set([...moves, ...abandoned])].sort()).toEqual(edges.sort());
  });

  it('asks for a message exactly where no job is waited for', () => {
    for (const machine of Object.values(MACHINES)) {
      const waiting = Object.keys(machine.graph).filter(
        (name) => !['ready', 'established', 'answered', 'failed'].includes(name),
      );
      for (const name of waiting)
        expect([name, machine.busy.has(name)]).toEqual([name, machine.expects[name] === undefined]);
    }
  });

  it('ends nothing by what anybody could have sent', () => {
    const spoofable = rows.flatMap(({ row }) => Object.entries(row).filter(([kind]) => !kind.startsWith('job ')));
    expect(spoofable.filter(([, outcomes]) => outcomes.includes('failed'))).toEqual([]);
  });
});
