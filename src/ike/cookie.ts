import { isZero } from '../base/bytes.ts';
import type { Random } from '../base/random.ts';

/** RFC 2408 §2.5.3 wants cookies that are unpredictable and unique; eight random octets are both, but zero means "none yet". */
export function freshCookie(random: Random): Uint8Array {
  const cookie = random.bytes(8);
  return isZero(cookie) ? freshCookie(random) : cookie;
}
