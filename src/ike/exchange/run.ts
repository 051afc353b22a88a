import { IkeError } from '../../base/errors.ts';
import { Secret } from '../../base/secret.ts';
import type { MessageName } from '../wire/rules.ts';
import type { Context, Input, Machine, Named, Output, Transition } from './exchange.ts';

/** What came of showing an input to an exchange. */
export type Outcome<S> =
  | { readonly kind: 'moved'; readonly state: S; readonly outputs: readonly Output[] }
  /** Nothing proved that the peer sent it, so it does not exist, but for a counter and a hint. */
  | { readonly kind: 'dropped'; readonly error: IkeError };

const proved = new WeakSet<Error>();

const NOTHING: ReadonlySet<string> = new Set();

/** Fields that hold configuration, which is large and holds no secret of an exchange. */
const CONFIGURATION: ReadonlySet<string> = new Set(['candidates', 'connection', 'tunnel']);

/**
 * Runs what a step does after it has verified who sent the message: errors inside end the exchange, whatever their kind. Errors
 * outside, about bytes that anybody could have sent, only drop the message.
 */
export function whenProved<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (IkeError.is(error)) proved.add(error);
    throw error;
  }
}

/** The one place where an exchange moves: asserts the graph and turns errors into the failed state or a drop. */
export function run<S extends Named>(machine: Machine<S>, state: S, input: Input, context: Context): Outcome<S> {
  let transition: Transition<S>;
  try {
    if (input.type === 'message') requireExpected(machine, state, input.message);
    transition = machine.step(state, input, context);
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    // The result of a job is what the state waits for, unless it is about a message that anybody could have sent; everything else
    // may come at any time, from anybody.
    const trusted = input.type === 'job' && machine.unproved?.has(state.name as S['name']) !== true;
    if (!trusted && isSpoofable(error)) return { kind: 'dropped', error };
    transition = machine.fail(state, error);
  }
  assertEdge(machine, state, transition.next);
  return { kind: 'moved', state: transition.next, outputs: transition.outputs };
}

/** Ends an exchange from outside: no answer came, or a command says so. */
export function abandon<S extends Named>(machine: Machine<S>, state: S, error: IkeError): Outcome<S> {
  const transition = machine.fail(state, error);
  assertEdge(machine, state, transition.next);
  return { kind: 'moved', state: transition.next, outputs: transition.outputs };
}

/**
 * Whether anybody on the path could cause this error with one packet. Incompatible offers end an attempt even so: they are what
 * a user has to see at once, and a fresh attempt with new cookies follows (design: threats, on-path attacker).
 */
function isSpoofable(error: IkeError): boolean {
  return (
    !proved.has(error) &&
    (error.fault === 'peer-malformed' || error.fault === 'peer-misbehaved' || error.fault === 'auth-failed')
  );
}

function requireExpected<S extends Named>(machine: Machine<S>, state: S, message: MessageName): void {
  const expected: MessageName | undefined = machine.expects[state.name as S['name']];
  if (message !== expected) throw new IkeError('UNEXPECTED_MESSAGE', { state: state.name, got: message });
}

function assertEdge<S extends Named>(machine: Machine<S>, from: S, to: S): void {
  const allowed: readonly string[] = machine.graph[from.name as S['name']];
  if (!allowed.includes(to.name))
    throw new IkeError('INTERNAL', { what: 'transition is not in the graph', from: from.name, to: to.name });
}

/**
 * Overwrites the secrets that a state had and its successor has not, except in `borrowed` fields, which belong to somebody else.
 * The caller does it last, when nothing needs them any more.
 */
export function wipeDropped(from: object, to: object, borrowed: ReadonlySet<string> = NOTHING): void {
  const dropped = new Set<Secret>();
  for (const field in from) {
    const part: unknown = Reflect.get(from, field);
    // What a state hands on unchanged it still has: only the rest has to be searched.
    if (isObject(part) && Reflect.get(to, field) !== part) collectField(field, part, borrowed, dropped);
  }
  if (dropped.size === 0) return;
  const kept = new Set<Secret>();
  collectSecrets(to, borrowed, kept);
  for (const secret of dropped) if (!kept.has(secret)) secret.wipe();
}

function collectSecrets(value: object, borrowed: ReadonlySet<string>, found: Set<Secret>): void {
  if (value instanceof Secret) found.add(value);
  else if (!ArrayBuffer.isView(value)) {
    for (const field in value) {
      const part: unknown = Reflect.get(value, field);
      if (isObject(part)) collectField(field, part, borrowed, found);
    }
  }
}

function collectField(field: string, part: object, borrowed: ReadonlySet<string>, found: Set<Secret>): void {
  if (!borrowed.has(field) && !CONFIGURATION.has(field)) collectSecrets(part, borrowed, found);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
