import { ByteReader, concat, sameBytes, u32Bytes } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import { type Random, randomU32 } from '../base/random.ts';
import type { NotificationPayload } from '../ike/wire/notification.ts';
import { DOI_IPSEC, NOTIFY, PROTOCOL } from '../ike/wire/numbers.ts';

/** The cookies of the ISAKMP SA whose peer is asked. */
export interface Cookies {
  readonly initiator: Uint8Array;
  readonly responder: Uint8Array;
}

/** An R-U-THERE or its ACK, RFC 3706 §5.3. */
export interface LivenessMessage {
  readonly kind: 'question' | 'answer';
  /** 32 bits. */
  readonly sequence: number;
  /**
   * Whether the SPI is the SA's cookies, initiator's first. They SHOULD be checked (RFC 3706 §6.1), but the message proves by
   * its HASH to belong to this SA. Interop: racoon swaps them, and some peers send others; so it is told and not judged.
   */
  readonly cookies: 'match' | 'swapped' | 'other';
}

/** 16 octets of cookies and 4 of sequence number, RFC 3706 §5.3. */
const SPI_BYTES = 16;

/** R-U-THERE, RFC 3706 §5.3. */
export function rUThere(cookies: Cookies, sequence: number): NotificationPayload {
  return notification(NOTIFY.R_U_THERE, cookies, sequence);
}

/** R-U-THERE-ACK to a question: the same number, RFC 3706 §5.3; our SA's cookies, however the peer wrote them. */
export function rUThereAck(question: LivenessMessage, cookies: Cookies): NotificationPayload {
  if (question.kind !== 'question') throw new IkeError('INVALID_ARGUMENT', { what: 'ACK to an ACK' });
  return notification(NOTIFY.R_U_THERE_ACK, cookies, question.sequence);
}

/**
 * What a notification says about liveness; undefined where it is of another type.
 *
 * Throws PAYLOAD_MALFORMED for another protocol than ISAKMP and for other lengths than the RFC's.
 */
export function readLiveness(payload: NotificationPayload, cookies: Cookies): LivenessMessage | undefined {
  const { notifyType, protocolId, spi, data } = payload;
  if (notifyType !== NOTIFY.R_U_THERE && notifyType !== NOTIFY.R_U_THERE_ACK) return undefined;
  if (protocolId !== PROTOCOL.ISAKMP)
    throw new IkeError('PAYLOAD_MALFORMED', { what: 'R-U-THERE Protocol-ID', protocolId });
  if (spi.length !== SPI_BYTES)
    throw new IkeError('PAYLOAD_MALFORMED', { what: 'R-U-THERE SPI', need: SPI_BYTES, have: spi.length });
  const r = new ByteReader(data);
  const sequence = r.u32('R-U-THERE sequence number');
  r.end('R-U-THERE sequence number');
  return {
    kind: notifyType === NOTIFY.R_U_THERE ? 'question' : 'answer',
    sequence,
    cookies: judgeCookies(spi, cookies),
  };
}

/** RFC 3706 §6.2: the first number is random with "the high-bit of the sequence number initially" zero, so it never overflows. */
export function firstSequence(random: Random): number {
  return randomU32(random) >>> 1;
}

function notification(notifyType: number, { initiator, responder }: Cookies, sequence: number): NotificationPayload {
  const spi = concat(initiator, responder);
  return { doi: DOI_IPSEC, protocolId: PROTOCOL.ISAKMP, spi, notifyType, data: u32Bytes(sequence) };
}

function judgeCookies(spi: Uint8Array, { initiator, responder }: Cookies): LivenessMessage['cookies'] {
  if (sameBytes(spi, concat(initiator, responder))) return 'match';
  return sameBytes(spi, concat(responder, initiator)) ? 'swapped' : 'other';
}
