import type { Context, HashedMessage, OutgoingPayload } from './exchange.ts';
import type { Phase1Outcome } from './main-mode.ts';
import { hashed } from './quick-mode.ts';
import { IkeError } from '../../base/errors.ts';
import { informationalHash } from '../keys/quick-hash.ts';
import type { ConfigurationPayload } from '../wire/configuration.ts';
import type { DataAttribute } from '../wire/attributes.ts';
import { CONFIGURATION_TYPE } from '../wire/numbers.ts';
import { payload } from '../wire/payload.ts';

/** What both roles of a Transaction exchange know from the beginning: the ISAKMP SA that protects it (draft-dukes-ike-mode-cfg-02 §3.1.1). */
export interface TransactionBasis {
  readonly phase1: Pick<Phase1Outcome, 'connection' | 'keys'>;
  readonly messageId: number;
}

/** HDR*, HASH, ATTR: the hash is made as that of an Informational, HASH = prf(SKEYID_a, M-ID | ATTR). */
export function transactionPayloads(
  { phase1, messageId }: TransactionBasis,
  content: ConfigurationPayload,
  { crypto }: Context,
): OutgoingPayload[] {
  const { hash, skeyids } = phase1.keys;
  return hashed([payload('configuration', content)], (rest) =>
    informationalHash(crypto, hash, skeyids.skeyidA, messageId, rest),
  );
}

/** The type of the answer to a REQUEST or a SET. */
export const answerTypeOf = (cfgType: number): number =>
  cfgType === CONFIGURATION_TYPE.SET ? CONFIGURATION_TYPE.ACK : CONFIGURATION_TYPE.REPLY;

/** @throws IkeError INVALID_HASH_INFORMATION where whoever sent this has not SKEYID_a */
export function requireProvedTransaction(basis: TransactionBasis, message: HashedMessage, context: Context): void {
  if (!isProvedTransaction(basis, message, context))
    throw new IkeError('INVALID_HASH_INFORMATION', { what: 'HASH of a transaction' });
}

/** Whether whoever sent this has SKEYID_a. */
export function isProvedTransaction(
  { phase1, messageId }: TransactionBasis,
  { hash, afterFirst }: HashedMessage,
  { crypto }: Context,
): boolean {
  const { keys } = phase1;
  return crypto.equal(informationalHash(crypto, keys.hash, keys.skeyids.skeyidA, messageId, afterFirst), hash);
}

/** The attributes in copies that outlive the datagram. */
export const copiesOf = (attributes: readonly DataAttribute[]): readonly DataAttribute[] =>
  attributes.map((attribute) => ({ ...attribute, value: attribute.value.slice() }));
