import { Secret } from '../../../src/base/secret.ts';
import type { Context, Input, Machine, Named } from '../../../src/ike/exchange/exchange.ts';
import { aggressiveModeInitiator } from '../../../src/ike/exchange/aggressive-mode-initiator.ts';
import { aggressiveModeResponder } from '../../../src/ike/exchange/aggressive-mode-responder.ts';
import { mainModeInitiator } from '../../../src/ike/exchange/main-mode-initiator.ts';
import { mainModeResponder } from '../../../src/ike/exchange/main-mode-responder.ts';
import { quickModeInitiator } from '../../../src/ike/exchange/quick-mode-initiator.ts';
import { quickModeResponder } from '../../../src/ike/exchange/quick-mode-responder.ts';
import { transactionInitiator } from '../../../src/ike/exchange/transaction-initiator.ts';
import { transactionResponder } from '../../../src/ike/exchange/transaction-responder.ts';
import { CipherChain } from '../../../src/ike/keys/cipher-chain.ts';

/** All machines, their types of state forgotten, so that tests can walk all of them. */
export const MACHINES: Readonly<Record<string, Machine<Named>>> = {
  mainModeInitiator: mainModeInitiator as unknown as Machine<Named>,
  mainModeResponder: mainModeResponder as unknown as Machine<Named>,
  aggressiveModeInitiator: aggressiveModeInitiator as unknown as Machine<Named>,
  aggressiveModeResponder: aggressiveModeResponder as unknown as Machine<Named>,
  quickModeInitiator: quickModeInitiator as unknown as Machine<Named>,
  quickModeResponder: quickModeResponder as unknown as Machine<Named>,
  transactionInitiator: transactionInitiator as unknown as Machine<Named>,
  transactionResponder: transactionResponder as unknown as Machine<Named>,
};

export interface Observed {
  readonly machine: string;
  readonly state: Named;
  readonly input: Input;
  readonly context: Context;
  /** The state after it; undefined where the step refused. */
  readonly next: Named | undefined;
}

/** Runs something and returns every step that any machine took meanwhile, the states copied before anything in them is wiped. */
export function observe(work: () => void): Observed[] {
  const observed: Observed[] = [];
  const undo: (() => void)[] = [];
  for (const [name, machine] of Object.entries(MACHINES)) {
    const original = { ...machine };
    Object.assign(machine, {
      step: (state: Named, input: Input, context: Context) => {
        const before = { machine: name, state: copyOf(state), input: copyOf(input), context };
        try {
          const transition = original.step(state, input, context);
          observed.push({ ...before, next: copyOf(transition.next) });
          return transition;
        } catch (error) {
          observed.push({ ...before, next: undefined });
          throw error;
        }
      },
    });
    undo.push(() => Object.assign(machine, original));
  }
  try {
    work();
  } finally {
    for (const restore of undo) restore();
  }
  return observed;
}

/** A copy that does not share its octets and secrets with the original, so that each can be wiped by itself. */
export function copyOf<T>(value: T): T {
  return copied(value) as T;
}

function copied(value: unknown): unknown {
  if (value instanceof Secret) return new Secret(value.reveal().slice());
  if (value instanceof Uint8Array) return value.slice();
  if (value instanceof CipherChain) {
    const { provider, cipher, key, iv } = value;
    return new CipherChain({ provider, cipher, key: new Secret(key.reveal().slice()), iv: iv.slice() });
  }
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copied(part)]));
}
