import { IkeError } from '../base/errors.ts';
import type { Role } from './events.ts';
import type { Phase1Exchange } from './negotiate/policy.ts';

/** What each side does that a pre-shared key explains: SKEYID depends on it, and the fifth message of Main Mode is the first under SKEYID_e (RFC 2409 §5.4). */
const SEEN: Readonly<Record<Role, { readonly ours: string; readonly theirs: string }>> = {
  initiator: {
    ours: 'the fifth message of Main Mode, the first that is encrypted',
    theirs:
      'a message that does not decrypt under our key: it has another, or its sixth was lost and this is a later one',
  },
  responder: {
    ours: 'every pre-shared key for this peer tried',
    theirs: 'a fifth message of Main Mode that does not decrypt',
  },
};

/** In Aggressive Mode HASH_R and HASH_I come in clear, or first under SKEYID_e (RFC 2409 §5.4). */
const SEEN_IN_AGGRESSIVE: typeof SEEN = {
  initiator: { ours: 'HASH_R of the second message as our key makes it', theirs: 'another one' },
  responder: {
    ours: 'HASH_I of the third message as our key makes it',
    theirs: 'another one, or a message that does not decrypt',
  },
};

/** PSK_MISMATCH_LIKELY, with what we did and what the peer did, where it sent something that cannot be read. */
export const pskMismatch = (role: Role, exchange: Phase1Exchange): IkeError =>
  new IkeError('PSK_MISMATCH_LIKELY', (exchange === 'main' ? SEEN : SEEN_IN_AGGRESSIVE)[role]);

/** The same where it answered in clear, and not at all since. */
export const pskMismatchUnanswered = (): IkeError =>
  new IkeError('PSK_MISMATCH_LIKELY', {
    ...SEEN.initiator,
    theirs: 'answers until then, and none to it: it has another key, or its sixth message was lost each time',
  });
