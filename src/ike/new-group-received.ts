import type { Received } from './received.ts';
import { notification } from './exchange/informational.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { openProved } from './proved-message.ts';
import { FLAG, NOTIFY, PROTOCOL } from './wire/numbers.ts';

/**
 * New Group Mode, RFC 2409 §5.6: "If the group is not acceptable, the responder MUST reply with a Notify payload with the message type
 * set to ATTRIBUTES-NOT-SUPPORTED". None is (docs/decisions/0035), and what was offered is not even looked at.
 *
 * Only whoever has the keys of an SA that stands is told; everybody else is dropped.
 */
export function refuseNewGroup(sa: IsakmpSa, received: Received): void {
  if ((received.header.flags & FLAG.ENCRYPTION) === 0) return sa.dropped('unprotected', received.remote);
  if (sa.established === undefined) return sa.dropped('unexpected', received.remote);
  if (openProved('new-group', sa, received) === undefined) return;
  sa.inform(notification(NOTIFY.ATTRIBUTES_NOT_SUPPORTED, PROTOCOL.ISAKMP, new Uint8Array()));
}
