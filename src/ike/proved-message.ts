import { IkeError } from '../base/errors.ts';
import type { Received } from './conversation.ts';
import { requireInformationalHash } from './exchange/informational.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { openEncrypted } from './open-message.ts';
import type { Payloads } from './wire/payloads.ts';

/**
 * The payloads of a message that stands alone and proves itself with HASH(1) under a message id that was not used before (RFC 2409
 * §5.6, §5.7). Everything else is dropped, and the answer is undefined.
 */
export function openProved(
  message: 'informational' | 'new-group',
  sa: IsakmpSa,
  received: Received,
): Payloads | undefined {
  const { messageId } = received.header;
  const chain = messageId === 0 ? undefined : sa.chainFor(messageId);
  const { keys } = sa;
  if (chain === undefined || keys === undefined) return void sa.dropped('unexpected', received.remote);
  const opened = openEncrypted(message, received, chain);
  if (opened.kind === 'refused') return void sa.dropped(opened.reason, received.remote, opened.error);
  try {
    requireInformationalHash(sa.crypto, keys, messageId, opened.payloads, opened.afterFirst);
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return void sa.dropped('hash-mismatch', received.remote, error);
  }
  if (sa.exchanges.has(messageId) || !sa.messageIds.use(messageId, 'informational'))
    return void sa.dropped('replayed-message-id', received.remote);
  sa.received(received, opened.payloads.list);
  return opened.payloads;
}
