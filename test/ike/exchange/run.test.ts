import { describe, expect, it } from 'vitest';
import { IkeError, type IkeErrorCode } from '../../../src/base/errors.ts';
import type { Context, Input, Machine, Transition } from '../../../src/ike/exchange/exchange.ts';
import { abandon, run, whenProved } from '../../../src/ike/exchange/run.ts';
import { Payloads } from '../../../src/ike/wire/payloads.ts';

type State = { readonly name: 'open' | 'done' } | { readonly name: 'failed'; readonly error: IkeError };

/** A machine of one step, which the test gives. */
const machineOf = (step: () => Transition<State>): Machine<State> => ({
  graph: { open: ['done', 'failed'], done: [], failed: [] },
  busy: new Set(),
  expects: { open: 'main-mode-1' },
  step,
  fail: (_state, error) => ({ next: { name: 'failed', error }, outputs: [] }),
});
const open: State = { name: 'open' };
const context = {} as Context;
const message = { type: 'message', message: 'main-mode-1', payloads: new Payloads([]) } as unknown as Input;
const job: Input = { type: 'job', result: { kind: 'allocate-spi', spi: 256 } };

const throwing = (code: IkeErrorCode) =>
  machineOf(() => {
    throw new IkeError(code);
  });
const proving = (code: IkeErrorCode) =>
  machineOf(() =>
    whenProved(() => {
      throw new IkeError(code);
    }),
  );
const fate = (machine: Machine<State>, input: Input): string => {
  const outcome = run(machine, open, input, context);
  return outcome.kind === 'dropped' ? 'dropped' : outcome.state.name;
};

describe('what an error does to an exchange', () => {
  it.each<IkeErrorCode>([
    'PAYLOAD_MALFORMED',
    'INVALID_HASH_INFORMATION',
    'UNEXPECTED_MESSAGE',
    'AUTHENTICATION_FAILED',
  ])('is nothing where anybody could have caused it: %s in a message', (code) => {
    expect(fate(throwing(code), message)).toBe('dropped');
  });

  it.each<IkeErrorCode>(['NO_PROPOSAL_CHOSEN', 'PSK_NOT_FOUND', 'INTERNAL'])(
    'is its end where it is of our own or incompatible: %s',
    (code) => {
      expect(fate(throwing(code), message)).toBe('failed');
    },
  );

  it.each<IkeErrorCode>(['PAYLOAD_MALFORMED', 'INVALID_KEY_INFORMATION', 'AUTHENTICATION_FAILED'])(
    'is its end once the peer has proved that it sent the message: %s',
    (code) => {
      expect(fate(proving(code), message)).toBe('failed');
    },
  );

  it.each<IkeErrorCode>(['PAYLOAD_MALFORMED', 'INVALID_KEY_INFORMATION', 'JOB_FAILED'])(
    'is its end where a job says it: %s',
    (code) => {
      expect(fate(throwing(code), job)).toBe('failed');
    },
  );

  it('is not caught where it is no IkeError: that is a defect', () => {
    const broken = machineOf(() => {
      throw new TypeError('for a test');
    });
    expect(() => run(broken, open, message, context)).toThrow(TypeError);
  });
});

describe('what moves an exchange', () => {
  it('is a step along the graph', () => {
    expect(
      fate(
        machineOf(() => ({ next: { name: 'done' }, outputs: [] })),
        message,
      ),
    ).toBe('done');
  });

  it('is never a step that the graph has not', () => {
    const standing = machineOf(() => ({ next: { name: 'open' }, outputs: [] }));
    expect(() => run(standing, open, message, context)).toThrow(/transition is not in the graph/);
    expect(() => abandon(standing, { name: 'done' }, new IkeError('CANCELLED'))).toThrow(
      /transition is not in the graph/,
    );
  });

  it('is no message but the one that the state waits for', () => {
    const machine = machineOf(() => ({ next: { name: 'done' }, outputs: [] }));
    expect(fate(machine, { ...message, message: 'main-mode-3' } as Input)).toBe('dropped');
  });
});
