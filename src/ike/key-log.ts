import { toHex } from '../base/bytes.ts';
import type { UnsafeKeyLog } from './effects.ts';
import type { Cookies } from './exchange/exchange.ts';
import type { Phase1Keys } from './exchange/phase1-keys.ts';

/** What somebody has asked for by name, in copies. */
export const keyLogOf = ({ initiator }: Cookies, { encryptionKey }: Phase1Keys): UnsafeKeyLog => ({
  type: 'unsafe-key-log',
  initiatorCookie: initiator.slice(),
  encryptionKey: encryptionKey.reveal().slice(),
});

/** A line of Wireshark's `ikev1_decryption_table`, without its end: initiator cookie, encryption key. */
export const keyLogLine = ({ initiatorCookie, encryptionKey }: UnsafeKeyLog): string =>
  `${toHex(initiatorCookie)},${toHex(encryptionKey)}`;
