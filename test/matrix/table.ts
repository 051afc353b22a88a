import type { ExchangeJobResult } from '../../src/ike/effects.ts';
import type { Input } from '../../src/ike/exchange/exchange.ts';
import type { AggressiveModeInitiator } from '../../src/ike/exchange/aggressive-mode-initiator.ts';
import type { AggressiveModeResponder } from '../../src/ike/exchange/aggressive-mode-responder.ts';
import type { MainModeInitiator } from '../../src/ike/exchange/main-mode-initiator.ts';
import type { MainModeResponder } from '../../src/ike/exchange/main-mode-responder.ts';
import type { QuickModeInitiator } from '../../src/ike/exchange/quick-mode-initiator.ts';
import type { QuickModeResponder } from '../../src/ike/exchange/quick-mode-responder.ts';
import type { TransactionInitiator } from '../../src/ike/exchange/transaction-initiator.ts';
import type { TransactionResponder } from '../../src/ike/exchange/transaction-responder.ts';
import type { MessageName } from '../../src/ike/wire/rules.ts';

/** Everything that an exchange can be shown: what is no message and no job, each message, and the result of each kind of job. */
export type InputKind = Exclude<Input['type'], 'message' | 'job'> | MessageName | `job ${ExchangeJobResult['kind']}`;

/**
 * For each kind of input what comes of it, over all examples: the states that it leads to, `drop` where it does nothing, `refuse`
 * where it is never shown, because the exchange has ended.
 */
export type Row<S extends string> = Readonly<Record<InputKind, readonly (S | 'drop' | 'refuse')[]>>;
type Rows<S extends { readonly name: string }> = { readonly [N in S['name']]: Row<S['name']> };

const DROP = ['drop'] as const;
const FAIL = ['failed'] as const;
const REFUSE = ['refuse'] as const;

/** A state that waits for nothing. A new kind of input does not compile before it has its line here. */
const IDLE = {
  begin: DROP,
  'inbound-used': DROP,
  'main-mode-1': DROP,
  'main-mode-2': DROP,
  'main-mode-3': DROP,
  'main-mode-4': DROP,
  'main-mode-5': DROP,
  'main-mode-6': DROP,
  'aggressive-1': DROP,
  'aggressive-2': DROP,
  'aggressive-3': DROP,
  'quick-mode-1': DROP,
  'quick-mode-2': DROP,
  'quick-mode-3': DROP,
  'informational-clear': DROP,
  informational: DROP,
  'new-group': DROP,
  transaction: DROP,
  fragment: DROP,
  // The result of a job comes from nobody but us: one that nobody waits for is a defect, and ends the exchange.
  'job dh-public': FAIL,
  'job dh-agree': FAIL,
  'job dh-exchange': FAIL,
  'job find-psk': FAIL,
  'job sign': FAIL,
  'job verify-peer': FAIL,
  'job verify-user': FAIL,
  'job user-secret': FAIL,
  'job allocate-spi': FAIL,
  'job failed': FAIL,
} as const satisfies Readonly<Record<InputKind, readonly string[]>>;

export const INPUT_KINDS = Object.keys(IDLE) as InputKind[];

/** What has ended is shown nothing: messages are dropped before, and results of jobs are given back. */
const ENDED = {
  ...IDLE,
  'job dh-public': REFUSE,
  'job dh-agree': REFUSE,
  'job dh-exchange': REFUSE,
  'job find-psk': REFUSE,
  'job sign': REFUSE,
  'job verify-peer': REFUSE,
  'job verify-user': REFUSE,
  'job user-secret': REFUSE,
  'job allocate-spi': REFUSE,
  'job failed': REFUSE,
} as const;

const mainModeInitiator: Rows<MainModeInitiator> = {
  ready: { ...IDLE, begin: ['awaiting-sa'] },
  'awaiting-sa': { ...IDLE, 'main-mode-2': ['generating-key'] },
  'generating-key': { ...IDLE, 'job dh-public': ['awaiting-ke'] },
  'awaiting-ke': { ...IDLE, 'main-mode-4': ['computing-secret'] },
  // By the method that was negotiated.
  'computing-secret': { ...IDLE, 'job dh-agree': ['awaiting-signature', 'finding-psk', 'signing'] },
  // No key is a failure.
  'finding-psk': { ...IDLE, 'job find-psk': ['awaiting-auth', 'failed'] },
  'awaiting-auth': { ...IDLE, 'main-mode-6': ['established'] },
  signing: { ...IDLE, 'job sign': ['awaiting-signature'] },
  'awaiting-signature': { ...IDLE, 'main-mode-6': ['established', 'verifying-peer'] },
  // Without a key to tell by, the message is nobody's.
  'verifying-peer': { ...IDLE, 'job verify-peer': ['drop', 'established'], 'job failed': ['drop', 'failed'] },
  established: ENDED,
  failed: ENDED,
};

const mainModeResponder: Rows<MainModeResponder> = {
  'awaiting-sa': { ...IDLE, 'main-mode-1': ['awaiting-ke'] },
  'awaiting-ke': { ...IDLE, 'main-mode-3': ['computing-secret'] },
  'computing-secret': { ...IDLE, 'job dh-exchange': ['awaiting-signature', 'finding-psk'] },
  'finding-psk': { ...IDLE, 'job find-psk': ['awaiting-auth', 'failed'] },
  'awaiting-auth': { ...IDLE, 'main-mode-5': ['established'] },
  // A HASH with Hybrid Authentication, which proves nobody, and so there is nothing to verify.
  'awaiting-signature': { ...IDLE, 'main-mode-5': ['signing', 'verifying-peer'] },
  // Signs in its turn, unless nothing but a user proves us.
  'verifying-peer': {
    ...IDLE,
    'job verify-peer': ['drop', 'established', 'signing'],
    'job failed': ['drop', 'failed'],
  },
  signing: { ...IDLE, 'job sign': ['established'] },
  established: ENDED,
  failed: ENDED,
};

const aggressiveModeInitiator: Rows<AggressiveModeInitiator> = {
  ready: { ...IDLE, begin: ['generating-key'] },
  'generating-key': { ...IDLE, 'job dh-public': ['awaiting-answer'] },
  'awaiting-answer': { ...IDLE, 'aggressive-2': ['computing-secret'] },
  // Whose answer it is shows only now: one with a false public value, or a HASH_R under another key, may be anybody's.
  'computing-secret': {
    ...IDLE,
    'job dh-agree': ['drop', 'finding-psk', 'signing', 'verifying-peer'],
    'job failed': ['drop', 'failed'],
  },
  'finding-psk': { ...IDLE, 'job find-psk': ['drop', 'established', 'failed'], 'job failed': ['drop', 'failed'] },
  'verifying-peer': {
    ...IDLE,
    'job verify-peer': ['drop', 'established', 'signing'],
    'job failed': ['drop', 'failed'],
  },
  signing: { ...IDLE, 'job sign': ['established'] },
  established: ENDED,
  failed: ENDED,
};

const aggressiveModeResponder: Rows<AggressiveModeResponder> = {
  'awaiting-sa': { ...IDLE, 'aggressive-1': ['computing-secret'] },
  // By the method that was negotiated.
  'computing-secret': { ...IDLE, 'job dh-exchange': ['awaiting-signature', 'finding-psk', 'signing'] },
  // No key does not show.
  'finding-psk': { ...IDLE, 'job find-psk': ['awaiting-auth'] },
  'awaiting-auth': { ...IDLE, 'aggressive-3': ['established'] },
  signing: { ...IDLE, 'job sign': ['awaiting-signature'] },
  'awaiting-signature': { ...IDLE, 'aggressive-3': ['established', 'verifying-peer'] },
  'verifying-peer': { ...IDLE, 'job verify-peer': ['drop', 'established'], 'job failed': ['drop', 'failed'] },
  established: ENDED,
  failed: ENDED,
};

const quickModeInitiator: Rows<QuickModeInitiator> = {
  ready: { ...IDLE, begin: ['allocating-spi'] },
  // With PFS a key pair comes first. An SPI below 256 is a failure (RFC 4303 §2.1).
  'allocating-spi': { ...IDLE, 'job allocate-spi': ['awaiting-answer', 'failed', 'generating-key'] },
  'generating-key': { ...IDLE, 'job dh-public': ['awaiting-answer'] },
  'awaiting-answer': { ...IDLE, 'quick-mode-2': ['computing-secret', 'established'] },
  'computing-secret': { ...IDLE, 'job dh-agree': ['established'] },
  established: ENDED,
  failed: ENDED,
};

const quickModeResponder: Rows<QuickModeResponder> = {
  'awaiting-offer': { ...IDLE, 'quick-mode-1': ['allocating-spi'] },
  'allocating-spi': { ...IDLE, 'job allocate-spi': ['awaiting-confirmation', 'computing-secret', 'failed'] },
  'computing-secret': { ...IDLE, 'job dh-exchange': ['awaiting-confirmation'] },
  'awaiting-confirmation': { ...IDLE, 'inbound-used': ['established'], 'quick-mode-3': ['established'] },
  established: ENDED,
  failed: ENDED,
};

const transactionInitiator: Rows<TransactionInitiator> = {
  ready: { ...IDLE, begin: ['awaiting-answer'] },
  // The other questions and answers of the same SA, and its own question, are nothing to it.
  'awaiting-answer': { ...IDLE, transaction: ['answered', 'drop', 'verifying-user'] },
  'verifying-user': { ...IDLE, 'job verify-user': ['answered'] },
  answered: ENDED,
  failed: ENDED,
};

const transactionResponder: Rows<TransactionResponder> = {
  'awaiting-question': { ...IDLE, transaction: ['answered', 'drop', 'finding-secret'] },
  'finding-secret': { ...IDLE, 'job user-secret': ['answered'] },
  answered: ENDED,
  failed: ENDED,
};

/** Every machine, every state, every kind of input: what is not written here does not happen. */
export const TABLE = {
  mainModeInitiator,
  mainModeResponder,
  aggressiveModeInitiator,
  aggressiveModeResponder,
  quickModeInitiator,
  quickModeResponder,
  transactionInitiator,
  transactionResponder,
};
