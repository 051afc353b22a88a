import { toHex } from '../base/bytes.ts';
import type { UnsafeKeyLog } from './effects.ts';

/** A line of Wireshark's `ikev1_decryption_table`, without its end: initiator cookie, encryption key. */
export const keyLogLine = ({ initiatorCookie, encryptionKey }: UnsafeKeyLog): string =>
  `${toHex(initiatorCookie)},${toHex(encryptionKey)}`;
