import type { IkeError } from '../base/errors.ts';
import type { DropReason, Role } from './events.ts';
import type { Phase1Exchange } from './negotiate/policy.ts';
import { pskMismatch } from './psk-mismatch.ts';

/** Whose phase 1 it is. */
interface Concerned {
  readonly channel: { readonly role: Role };
  readonly exchange: Phase1Exchange;
  /** When the message came. */
  readonly phase1State: string;
}

/**
 * What a message of a phase 1 under way that was not believed says about why it does not get on, if anything. Nobody has proved it, so
 * it is a hint.
 */
export function likelyCause(sa: Concerned, reason: DropReason, error: IkeError | undefined): IkeError | undefined {
  if (reason === 'signature-mismatch' || error?.code === 'PHASE1_HASH_MISMATCH') return error;
  // The keys depend on the pre-shared key (RFC 2409 §5), so with another one nothing can be read.
  const unreadable = reason === 'undecryptable' && sa.phase1State === 'awaiting-auth';
  // No other proof by HASH fails so; what an Informational has in front says nothing about a pre-shared key.
  const unlike = reason === 'hash-mismatch' && error?.code === 'AUTHENTICATION_FAILED';
  return unreadable || unlike ? pskMismatch(sa.channel.role, sa.exchange) : undefined;
}
