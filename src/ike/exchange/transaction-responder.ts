import { assertNever, IkeError } from '../../base/errors.ts';
import { Secret } from '../../base/secret.ts';
import { asksForPassword, isXauth, statusAttributes, statusIn, userAnswer, type XauthStatus } from '../auth/xauth.ts';
import { settingsAsked } from '../negotiate/network-settings.ts';
import type { DataAttribute } from '../wire/attributes.ts';
import type { ConfigurationPayload } from '../wire/configuration.ts';
import { CONFIGURATION_TYPE } from '../wire/numbers.ts';
import {
  type Context,
  go,
  hashedMessage,
  type Input,
  type Machine,
  type MessageInput,
  requireJob,
  requireMessage,
  type Transition,
  valueOf,
} from './exchange.ts';
import { whenProved } from './run.ts';
import {
  answerTypeOf,
  copiesOf,
  requireProvedTransaction,
  type TransactionBasis,
  transactionPayloads,
} from './transaction.ts';

/** A Transaction exchange, responder, draft-dukes-ike-mode-cfg-02 §3.1.1. */
export type TransactionResponder =
  | ({ readonly name: 'awaiting-question' } & Answering)
  | ({ readonly name: 'finding-secret' } & Answering & {
        readonly user: string;
        readonly request: ConfigurationPayload;
      })
  | { readonly name: 'answered'; readonly heard: TransactionHeard }
  | { readonly name: 'failed'; readonly error: IkeError };

/** What this side has to say, and what it takes. */
interface Answering extends TransactionBasis {
  /** Who we say to be where we are asked for a user; undefined where nobody may ask. */
  readonly user: string | undefined;
  /** What a request for settings is answered with. */
  readonly settings: readonly DataAttribute[];
  /** Whether the peer may set settings of ours. */
  readonly takesSettings: boolean;
}

/** What the question was. */
export type TransactionHeard =
  | { readonly about: 'user'; readonly answered: boolean }
  | ({ readonly about: 'status' } & XauthStatus)
  | { readonly about: 'settings-asked' }
  | { readonly about: 'settings-set'; readonly attributes: readonly DataAttribute[] };

type In<N extends TransactionResponder['name']> = Extract<TransactionResponder, { name: N }>;

export const transactionResponder: Machine<TransactionResponder> = {
  graph: {
    'awaiting-question': ['finding-secret', 'answered', 'failed'],
    'finding-secret': ['answered', 'failed'],
    answered: [],
    failed: [],
  },
  busy: new Set(['finding-secret'] as const),
  expects: { 'awaiting-question': 'transaction' },
  borrowed: new Set(['phase1']),
  step,
  fail: (_state, error) => go({ name: 'failed', error }),
};

function step(state: TransactionResponder, input: Input, context: Context): Transition<TransactionResponder> {
  switch (state.name) {
    case 'awaiting-question':
      return onQuestion(state, requireMessage(input), context);
    case 'finding-secret':
      return onSecret(state, input, context);
    case 'answered':
    case 'failed':
      throw new IkeError('UNEXPECTED_MESSAGE', { state: state.name });
    default:
      return assertNever(state);
  }
}

/** HDR*, HASH, ATTR  -->   "Messages with unknown types SHOULD be silently discarded" (§3.3). */
function onQuestion(
  state: In<'awaiting-question'>,
  input: MessageInput,
  context: Context,
): Transition<TransactionResponder> {
  requireProvedTransaction(state, hashedMessage(input), context);
  const question = valueOf(input, 'configuration');
  const { cfgType } = question;
  if (cfgType !== CONFIGURATION_TYPE.REQUEST && cfgType !== CONFIGURATION_TYPE.SET)
    throw new IkeError('UNEXPECTED_MESSAGE', { what: 'Type', have: cfgType });
  return whenProved(() => {
    const asked = { ...question, attributes: copiesOf(question.attributes) };
    return cfgType === CONFIGURATION_TYPE.SET ? onSet(state, asked, context) : onRequest(state, asked, context);
  });
}

function onRequest(
  state: In<'awaiting-question'>,
  request: ConfigurationPayload,
  context: Context,
): Transition<TransactionResponder> {
  const settings = settingsAsked(state.settings, request.attributes);
  if (!isXauth(request.attributes)) return answer(state, request, settings, { about: 'settings-asked' }, context);
  const { user, phase1 } = state;
  // §5: who has no support for what is asked says FAIL, which ends the attempt at once.
  if (user === undefined || !asksForPassword(request.attributes))
    return answer(state, request, statusAttributes(false), { about: 'user', answered: false }, context);
  return go({ ...state, name: 'finding-secret', user, request }, [
    { type: 'job', job: { kind: 'user-secret', connection: phase1.connection.name, user } },
  ]);
}

function onSecret(state: In<'finding-secret'>, input: Input, context: Context): Transition<TransactionResponder> {
  const password = new Secret(requireJob(input, 'user-secret').secret);
  const attributes = userAnswer(state.request.attributes, state.user, password);
  const transition = answer(state, state.request, attributes, { about: 'user', answered: true }, context);
  password.wipe();
  for (const { value } of attributes) value.fill(0);
  return transition;
}

/** "The Acknowledge code MUST return the zero length attributes that it accepted" (§2); of XAUTH's nobody looks at them. */
function onSet(
  state: In<'awaiting-question'>,
  set: ConfigurationPayload,
  context: Context,
): Transition<TransactionResponder> {
  const status = statusIn(set.attributes);
  if (status !== undefined) return answer(state, set, [], { about: 'status', ...status }, context);
  const taken = state.takesSettings ? set.attributes : [];
  const names = taken.map(({ type }): DataAttribute => ({ type, format: 'tlv', value: new Uint8Array(0) }));
  return answer(state, set, names, { about: 'settings-set', attributes: taken }, context);
}

/** <--  HDR*, HASH, ATTR */
function answer(
  basis: TransactionBasis,
  { cfgType, identifier }: ConfigurationPayload,
  attributes: readonly DataAttribute[],
  heard: TransactionHeard,
  context: Context,
): Transition<TransactionResponder> {
  const payloads = transactionPayloads(basis, { cfgType: answerTypeOf(cfgType), identifier, attributes }, context);
  return go({ name: 'answered', heard }, [{ type: 'send', payloads, encrypted: true, expectsAnswer: false }]);
}
