import { ByteReader } from '../base/bytes.ts';
import { after, type Instant, seconds } from '../base/instant.ts';
import type { Connection } from './connection.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { NOTIFY, PROTOCOL } from './wire/numbers.ts';
import type { NotificationPayload } from './wire/notification.ts';

/** Ours: younger pairs stay, so that a peer that says it of each new one makes us negotiate six times a minute and no more. */
const STANDS_AT_LEAST = seconds(10);
const SPI_BYTES = 4;

/**
 * RFC 2408 §3.14: under the keys, INVALID-SPI says that the peer has no SA for packets of ours that come with an SPI of its own. What
 * we send there is lost, so another pair takes its place. Returns whether it was about a pair of this peer's.
 */
export function replaceUnknown(
  connection: Connection,
  sa: IsakmpSa,
  notification: NotificationPayload,
  now: Instant,
): boolean {
  const spi = invalidSpi(notification);
  const pair = connection.ipsec.pairsOf(sa).find(({ outboundSpi }) => outboundSpi === spi);
  if (pair === undefined) return false;
  if (after(pair.since, STANDS_AT_LEAST) > now) return true;
  connection.endPair(pair, 'invalid-spi', true);
  connection.ipsec.replace(pair, now);
  return true;
}

/** Unspecified: the SPI stands in the field for SPIs, or, as in a packet that was not understood, in the data. */
function invalidSpi({ notifyType, protocolId, spi, data }: NotificationPayload): number | undefined {
  if (notifyType !== NOTIFY.INVALID_SPI || protocolId !== PROTOCOL.ESP) return undefined;
  const where = spi.length === SPI_BYTES ? spi : data;
  return where.length === SPI_BYTES ? new ByteReader(where).u32('SPI') : undefined;
}
