import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';

/**
 * Notification payload body, RFC 2408 §3.14.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     !              Domain of Interpretation  (DOI)                  !
 *     !  Protocol-ID  !   SPI Size    !      Notify Message Type      !
 *     ~                Security Parameter Index (SPI)                 ~
 *     ~                       Notification Data                       ~
 */
export interface NotificationPayload {
  /** Interop: peers send 0 as well as 1 for messages of RFC 2408 itself, so it is kept and not judged. */
  readonly doi: number;
  readonly protocolId: number;
  /** 0 to 16 octets. */
  readonly spi: Uint8Array;
  /** See `NOTIFY`; types that we do not know are kept. */
  readonly notifyType: number;
  readonly data: Uint8Array;
}

/** RFC 2408 §3.14 bounds the SPI of ISAKMP by sixteen; no other protocol has a longer one. */
const MAX_SPI_BYTES = 16;

export function readNotification(body: Uint8Array): NotificationPayload {
  const r = new ByteReader(body);
  const doi = r.u32('DOI');
  const protocolId = r.u8('Protocol-ID');
  const size = r.u8('SPI Size');
  const notifyType = r.u16('Notify Message Type');
  if (size > MAX_SPI_BYTES)
    throw new IkeError('PAYLOAD_MALFORMED', { what: 'SPI Size', limit: MAX_SPI_BYTES, have: size });
  const spi = r.bytes(size, 'SPI');
  return { doi, protocolId, spi, notifyType, data: r.rest() };
}

export function writeNotification(notification: NotificationPayload): Uint8Array {
  const { doi, protocolId, spi, notifyType, data } = notification;
  if (spi.length > MAX_SPI_BYTES)
    throw new IkeError('INVALID_ARGUMENT', { what: 'SPI Size', limit: MAX_SPI_BYTES, have: spi.length });
  return new ByteWriter().u32(doi).u8(protocolId).u8(spi.length).u16(notifyType).bytes(spi).bytes(data).finish();
}
