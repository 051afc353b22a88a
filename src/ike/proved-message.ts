import { IkeError } from '../base/errors.ts';
import type { Received } from './received.ts';
import type { DropReason } from './events.ts';
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
  const drop = (reason: DropReason, error?: IkeError): undefined => {
    sa.dropped(reason, received.remote, error);
    return undefined;
  };
  if (chain === undefined || keys === undefined) return drop('unexpected');
  const opened = openEncrypted(message, received, chain);
  if (opened.kind === 'refused') return drop(opened.reason, opened.error);
  try {
    requireInformationalHash(sa.crypto, keys, messageId, opened.payloads, opened.afterFirst);
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return drop('hash-mismatch', error);
  }
  if (sa.exchanges.has(messageId) || !sa.messageIds.use(messageId, 'informational')) return drop('replayed-message-id');
  sa.received(received, opened.payloads.list);
  return opened.payloads;
}
