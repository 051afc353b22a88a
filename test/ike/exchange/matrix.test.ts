import { beforeAll, describe, expect, it } from 'vitest';
import { IkeError } from '../../../src/base/errors.ts';
import { instant } from '../../../src/base/instant.ts';
import type { JobResult } from '../../../src/ike/effects.ts';
import type { Context, Input, Machine, Named } from '../../../src/ike/exchange/exchange.ts';
import { abandon, run } from '../../../src/ike/exchange/run.ts';
import { certified, certifiedPair, endsWith } from '../certificates.ts';
import { PairOfEndpoints } from '../pair-of-endpoints.ts';
import { copyOf, MACHINES, observe, type Observed } from './observed.ts';

/** One handshake with PFS and one without give an example of every state and of every message. */
const seen: Observed[] = [];
beforeAll(async () => {
  const ends = await endsWith();
  seen.push(
    ...observe(() => {
      PairOfEndpoints.up();
      certifiedPair(certified('a', ['ecdsa256']), certified('b', ['ecdsa256']), ends).initiate();
      PairOfEndpoints.up({ esp: [{ cipher: 'aes128gcm16', group: 'ecp256' }] }, { seed: 'another' });
    }),
  );
});

const machineNames = Object.keys(MACHINES);
function machineOf(name: string): Machine<Named> {
  const machine = MACHINES[name];
  if (machine === undefined) throw new Error(`no machine ${name}`);
  return machine;
}

/** Examples of a state: those that some step began in, or that one ended in. */
function statesNamed(machine: string, name: string): { state: Named; context: Context }[] {
  const own = seen.filter((one) => one.machine === machine);
  const before = own.filter(({ state }) => state.name === name).map(({ state, context }) => ({ state, context }));
  const after = own.flatMap(({ next, context }) => (next?.name === name ? [{ state: next, context }] : []));
  if (before.length + after.length > 0) return [...before, ...after];
  const [context] = own.map((one) => one.context);
  if (name !== 'failed' || context === undefined) throw new Error(`no ${machine} was ever ${name}`);
  return [{ state: { name, error: new IkeError('CANCELLED') } as Named, context }];
}

/** A result of each kind of job, with values of the kind that real jobs give. */
const RESULTS: readonly JobResult[] = [
  { kind: 'dh-public', publicValue: new Uint8Array(64).fill(2) },
  { kind: 'dh-agree', gxy: new Uint8Array(32).fill(3) },
  { kind: 'dh-exchange', publicValue: new Uint8Array(64).fill(4), gxy: new Uint8Array(32).fill(5) },
  { kind: 'find-psk', candidates: [{ psk: Uint8Array.of(1), connections: ['link'], identities: 'any' }] },
  { kind: 'find-psk', candidates: [] },
  { kind: 'sign', signature: new Uint8Array(64).fill(6), certificates: [{ encoding: 4, data: Uint8Array.of(7) }] },
  {
    kind: 'verify-peer',
    verdict: { accepted: false, code: 'INVALID_CERTIFICATE', check: 'missing', reason: 'for a test' },
  },
  { kind: 'allocate-spi', spi: 0x3000 },
  { kind: 'allocate-spi', spi: 7 },
  { kind: 'failed', code: 'JOB_FAILED', reason: 'for a test' },
];

/** Every input that an exchange can be shown: begin, ESP, a result of every job, and each message of both exchanges. */
function inputs(): { readonly label: string; readonly input: Input }[] {
  const messages = new Map<string, Input>();
  for (const { input } of seen) {
    if (input.type !== 'message') continue;
    const signed = input.payloads.optional('signature') !== undefined;
    messages.set(signed ? `${input.message} signed` : input.message, input);
  }
  return [
    { label: 'begin', input: { type: 'begin' } },
    { label: 'inbound-used', input: { type: 'inbound-used' } },
    ...RESULTS.map((result) => ({ label: `job ${result.kind}`, input: { type: 'job', result } as const })),
    ...[...messages].map(([label, input]) => ({ label, input })),
  ];
}

const labelsOf = (): string[] => inputs().map(({ label }) => label);

interface Cell {
  readonly state: string;
  readonly label: string;
  readonly outcome: 'handled' | 'dropped' | 'failed' | 'refused';
  readonly edge: string | undefined;
  readonly code?: string;
}

/** What one state makes of one input, as `run` has it; an exchange that has ended is never shown anything, so it refuses by throwing. */
function cell(
  machine: Machine<Named>,
  { state, context }: { state: Named; context: Context },
  label: string,
  input: Input,
): Cell {
  const cellOf = (outcome: Cell['outcome'], to?: string): Cell => ({
    ...{ state: state.name, label, outcome },
    edge: to === undefined ? undefined : `${state.name} to ${to}`,
  });
  try {
    const result = run(machine, copyOf(state), copyOf(input), { ...context, now: instant(0) });
    if (result.kind === 'dropped') return cellOf('dropped');
    const { error } = result.state as { error?: IkeError };
    const moved = cellOf(result.state.name === 'failed' ? 'failed' : 'handled', result.state.name);
    return error === undefined ? moved : { ...moved, code: error.code };
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return cellOf('refused');
  }
}

function matrixOf(name: string): Cell[] {
  const machine = machineOf(name);
  return Object.keys(machine.graph).flatMap((state) =>
    inputs().flatMap(({ label, input }) =>
      statesNamed(name, state).map((example) => cell(machine, example, label, input)),
    ),
  );
}

const edgesOf = (machine: Machine<Named>): string[] =>
  Object.entries(machine.graph)
    .flatMap(([from, all]) => (all as readonly string[]).map((to) => `${from} to ${to}`))
    .sort();

const handled = (cells: readonly Cell[]): string[] => [
  ...new Set(cells.filter(({ outcome }) => outcome === 'handled').map(({ state, label }) => `${state}: ${label}`)),
];

describe('every state of every machine with every input', () => {
  it('has all nine messages among the inputs, and those two that may be signed', () => {
    expect(
      labelsOf()
        .filter((label) => label.includes('mode'))
        .sort(),
    ).toEqual(
      [
        ...[1, 2, 3, 4, 5, 6].map((n) => `main-mode-${n}`),
        ...[5, 6].map((n) => `main-mode-${n} signed`),
        ...[1, 2, 3].map((n) => `quick-mode-${n}`),
      ].sort(),
    );
  });

  it.each(machineNames)('handles it or refuses with an IkeError: %s', (name) => {
    const cells = matrixOf(name);
    expect(cells.length).toBeGreaterThanOrEqual(Object.keys(machineOf(name).graph).length * labelsOf().length);
    const ended = cells.filter(({ state }) => state === 'established' || state === 'failed');
    expect(ended.filter(({ outcome }) => outcome === 'handled' || outcome === 'failed')).toEqual([]);
  });

  it.each(machineNames)('moves along the graph and along all of it: %s', (name) => {
    const machine = machineOf(name);
    const taken = seen.flatMap(({ machine: of, state, next }) =>
      of === name && next !== undefined ? [`${state.name} to ${next.name}`] : [],
    );
    const given = Object.keys(machine.graph).flatMap((state) =>
      state === 'established' || state === 'failed'
        ? []
        : statesNamed(name, state).map(({ state: from }) => {
            const outcome = abandon(machine, copyOf(from), new IkeError('CANCELLED'));
            return `${state} to ${outcome.kind === 'moved' ? outcome.state.name : 'nothing'}`;
          }),
    );
    const tried = matrixOf(name).flatMap(({ edge }) => edge ?? []);
    expect([...new Set([...taken, ...given, ...tried])].sort()).toEqual(edgesOf(machine));
  });

  it('goes on with what it waits for and with nothing else', () => {
    const own = Object.fromEntries(machineNames.map((name) => [name, handled(matrixOf(name)).sort()]));
    expect(own).toEqual({
      mainModeInitiator: [
        'awaiting-auth: main-mode-6',
        'awaiting-ke: main-mode-4',
        'awaiting-sa: main-mode-2',
        'awaiting-signature: main-mode-6 signed',
        'computing-secret: job dh-agree',
        'finding-psk: job find-psk',
        'generating-key: job dh-public',
        'ready: begin',
        'signing: job sign',
      ],
      mainModeResponder: [
        'awaiting-auth: main-mode-5',
        'awaiting-ke: main-mode-3',
        'awaiting-sa: main-mode-1',
        'awaiting-signature: main-mode-5 signed',
        'computing-secret: job dh-exchange',
        'finding-psk: job find-psk',
        'signing: job sign',
      ],
      quickModeInitiator: [
        'allocating-spi: job allocate-spi',
        'awaiting-answer: quick-mode-2',
        'computing-secret: job dh-agree',
        'generating-key: job dh-public',
        'ready: begin',
      ],
      quickModeResponder: [
        'allocating-spi: job allocate-spi',
        'awaiting-confirmation: inbound-used',
        'awaiting-confirmation: quick-mode-3',
        'awaiting-offer: quick-mode-1',
        'computing-secret: job dh-exchange',
      ],
    });
  });

  it('is dropped, and no more than that, where anybody could have sent it', () => {
    const spoofable = machineNames.flatMap((name) => matrixOf(name)).filter(({ label }) => !label.startsWith('job'));
    // An offer for the other method ends the attempt, as every offer that is incompatible.
    const ended = spoofable.filter(({ outcome, code }) => outcome === 'failed' && code !== 'NO_PROPOSAL_CHOSEN');
    expect(ended).toEqual([]);
  });

  it('asks for a message exactly where no job is waited for', () => {
    for (const machine of Object.values(MACHINES)) {
      const waiting = Object.keys(machine.graph).filter((name) => !['ready', 'established', 'failed'].includes(name));
      for (const name of waiting)
        expect([name, machine.busy.has(name)]).toEqual([name, machine.expects[name] === undefined]);
    }
  });
});
