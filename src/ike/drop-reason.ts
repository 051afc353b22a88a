import type { IkeError, IkeErrorCode } from '../base/errors.ts';
import type { DropReason } from './events.ts';

const WRONG_HASH: ReadonlySet<IkeErrorCode> = new Set([
  'INVALID_HASH_INFORMATION',
  'AUTHENTICATION_FAILED',
  'PHASE1_HASH_MISMATCH',
]);

/** The counter for a message that could be read and was not believed. */
export function dropReason({ code, fault }: IkeError): DropReason {
  if (WRONG_HASH.has(code)) return 'hash-mismatch';
  if (fault === 'auth-failed') return 'signature-mismatch';
  return fault === 'peer-malformed' ? 'malformed' : 'unexpected';
}
