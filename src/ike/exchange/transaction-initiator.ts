import { assertNever, IkeError } from '../../base/errors.ts';
import { type UserClaim, userClaim } from '../auth/xauth.ts';
import type { DataAttribute } from '../wire/attributes.ts';
import type { ConfigurationPayload } from '../wire/configuration.ts';
import {
  type Context,
  go,
  hashedMessage,
  type Input,
  type Machine,
  type MessageInput,
  requireBegin,
  requireJob,
  requireMessage,
  type Transition,
  valueOf,
} from './exchange.ts';
import { whenProved } from './run.ts';
import {
  answerTypeOf,
  copiesOf,
  isProvedTransaction,
  requireProvedTransaction,
  type TransactionBasis,
  transactionPayloads,
} from './transaction.ts';

/**
 * A Transaction exchange, initiator, draft-dukes-ike-mode-cfg-02 §3.1.1: a question and its answer, each once. Who asks for a user has
 * the answer checked as well.
 */
export type TransactionInitiator =
  | ({ readonly name: 'ready' } & Asking)
  | ({ readonly name: 'awaiting-answer' } & Asking)
  | ({ readonly name: 'verifying-user' } & Asking & { readonly user: string })
  | { readonly name: 'answered'; readonly answer: TransactionAnswer }
  | { readonly name: 'failed'; readonly error: IkeError };

interface Asking extends TransactionBasis {
  readonly question: ConfigurationPayload;
  /** Whether the answer says who the user is. */
  readonly about: 'user' | 'anything';
}

export type TransactionAnswer =
  | { readonly about: 'anything'; readonly attributes: readonly DataAttribute[] }
  /** Nobody where the peer does not say. */
  | {
      readonly about: 'user';
      readonly user: string | undefined;
      readonly accepted: boolean;
      readonly message?: string;
      readonly tooMany?: boolean;
    };

type In<N extends TransactionInitiator['name']> = Extract<TransactionInitiator, { name: N }>;

export const transactionInitiator: Machine<TransactionInitiator> = {
  graph: {
    ready: ['awaiting-answer', 'failed'],
    'awaiting-answer': ['verifying-user', 'answered', 'failed'],
    'verifying-user': ['answered', 'failed'],
    answered: [],
    failed: [],
  },
  busy: new Set(['verifying-user'] as const),
  expects: { 'awaiting-answer': 'transaction' },
  borrowed: new Set(['phase1']),
  proved: (state, message, context) => state.name === 'awaiting-answer' && isProvedTransaction(state, message, context),
  step,
  fail: (_state, error) => go({ name: 'failed', error }),
};

function step(state: TransactionInitiator, input: Input, context: Context): Transition<TransactionInitiator> {
  switch (state.name) {
    case 'ready':
      requireBegin(input);
      return ask(state, context);
    case 'awaiting-answer':
      return onAnswer(state, requireMessage(input), context);
    case 'verifying-user': {
      const { kind: _, ...verdict } = requireJob(input, 'verify-user');
      return go({ name: 'answered', answer: { about: 'user', user: state.user, ...verdict } });
    }
    case 'answered':
    case 'failed':
      throw new IkeError('UNEXPECTED_MESSAGE', { state: state.name });
    default:
      return assertNever(state);
  }
}

/** HDR*, HASH, ATTR  --> */
function ask(state: In<'ready'>, context: Context): Transition<TransactionInitiator> {
  const payloads = transactionPayloads(state, state.question, context);
  return go({ ...state, name: 'awaiting-answer' }, [{ type: 'send', payloads, encrypted: true, expectsAnswer: true }]);
}

/**
 * <--  HDR*, HASH, ATTR
 *
 * Deviation: the identifier is not compared. The message id and the HASH over it say already what is answered (draft-dukes §3.1.1), and
 * there are peers that always write zero.
 */
function onAnswer(
  state: In<'awaiting-answer'>,
  input: MessageInput,
  context: Context,
): Transition<TransactionInitiator> {
  requireProvedTransaction(state, hashedMessage(input), context);
  const { cfgType, attributes } = valueOf(input, 'configuration');
  const wanted = answerTypeOf(state.question.cfgType);
  if (cfgType !== wanted) throw new IkeError('UNEXPECTED_MESSAGE', { what: 'Type', need: wanted, have: cfgType });
  return whenProved(() => {
    if (state.about === 'anything')
      return go<TransactionInitiator>({
        name: 'answered',
        answer: { about: 'anything', attributes: copiesOf(attributes) },
      });
    return checkUser(state, userClaim(attributes), context);
  });
}

function checkUser(
  state: In<'awaiting-answer'>,
  claim: UserClaim | undefined,
  { remote }: Context,
): Transition<TransactionInitiator> {
  if (claim === undefined) return go({ name: 'answered', answer: { about: 'user', user: undefined, accepted: false } });
  const { user, password } = claim;
  const connection = state.phase1.connection.name;
  const octets = password.reveal().slice();
  const job = { kind: 'verify-user', connection, user, password: octets, remote: remote.address } as const;
  password.wipe();
  return go({ ...state, name: 'verifying-user', user }, [{ type: 'job', job }]);
}
