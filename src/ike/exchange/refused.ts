import type { IkeError } from '../../base/errors.ts';
import { NOTIFY } from '../wire/numbers.ts';
import { go, type Output, type Transition } from './exchange.ts';
import type { MainModeEnd } from './main-mode.ts';
import type { Phase1Keys } from './phase1-keys.ts';

/**
 * The end of phase 1 with a peer that has shown that the message was its own: it is told under the keys that it is refused (RFC 2409
 * §5.7), after what has to happen for it to hear that.
 */
export const refused = (error: IkeError, keys: Phase1Keys, before: readonly Output[] = []): Transition<MainModeEnd> =>
  go<MainModeEnd>({ name: 'failed', error }, [...before, refusal(error, keys)]);

/** The same where it has shown no more than that: who it is has nobody proved. */
export const refusedUnproved = (
  error: IkeError,
  keys: Phase1Keys,
  before: readonly Output[] = [],
): Transition<MainModeEnd> =>
  go<MainModeEnd>({ name: 'failed', error }, [...before, { ...refusal(error, keys), unproved: true }]);

const refusal = ({ notify }: IkeError, keys: Phase1Keys) =>
  ({ type: 'refuse', keys, notify: notify ?? NOTIFY.AUTHENTICATION_FAILED }) as const;
