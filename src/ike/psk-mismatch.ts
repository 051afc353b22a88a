import { IkeError } from '../base/errors.ts';
import type { Role } from './events.ts';

/** What each side does that a pre-shared key explains: SKEYID depends on it, and the fifth message of Main Mode is the first under SKEYID_e (RFC 2409 §5.4). */
const SEEN: Readonly<Record<Role, { readonly ours: string; readonly theirs: string }>> = {
  initiator: {
    ours: 'the fifth message of Main Mode, the first that is encrypted',
    theirs: 'an answer that does not decrypt under our key',
  },
  responder: {
    ours: 'every pre-shared key for this peer tried',
    theirs: 'a fifth message of Main Mode that does not decrypt',
  },
};

/** PSK_MISMATCH_LIKELY, with what we did and what the peer did, where it sent something that cannot be read. */
export const pskMismatch = (role: Role): IkeError => new IkeError('PSK_MISMATCH_LIKELY', SEEN[role]);

/** The same where it answered in clear, and not at all since. */
export const pskMismatchUnanswered = (): IkeError =>
  new IkeError('PSK_MISMATCH_LIKELY', { ...SEEN.initiator, theirs: 'answers until then, and none to it' });
