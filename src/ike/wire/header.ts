import { ByteReader, type ByteWriter } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';

/**
 * ISAKMP header, RFC 2408 §3.1.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     !                          Initiator                            !
 *     !                            Cookie                             !
 *     !                          Responder                            !
 *     !                            Cookie                             !
 *     !  Next Payload ! MjVer ! MnVer ! Exchange Type !     Flags     !
 *     !                          Message ID                           !
 *     !                            Length                             !
 */
export interface IsakmpHeader {
  /** 8 octets. */
  readonly initiatorCookie: Uint8Array;
  /** 8 octets; zero in the first message of phase 1. */
  readonly responderCookie: Uint8Array;
  readonly nextPayload: number;
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly exchangeType: number;
  /** All eight bits as received; `FLAG` names three. */
  readonly flags: number;
  /** Unsigned; zero in phase 1. */
  readonly messageId: number;
  /** Octets of the whole message, this header and any padding included. */
  readonly length: number;
}

export const HEADER_BYTES = 28;
const COOKIE_BYTES = 8;

/**
 * Only reads: whether version, flags and length make sense is for `readMessage` and for the endpoint. The cookies are views.
 *
 * Throws PAYLOAD_MALFORMED, naming the field, where the datagram ends within the header.
 */
export function readHeader(datagram: Uint8Array): IsakmpHeader {
  const r = new ByteReader(datagram);
  const initiatorCookie = r.bytes(COOKIE_BYTES, 'Initiator Cookie');
  const responderCookie = r.bytes(COOKIE_BYTES, 'Responder Cookie');
  const nextPayload = r.u8('Next Payload');
  const version = r.u8('Version');
  return {
    initiatorCookie,
    responderCookie,
    nextPayload,
    majorVersion: version >>> 4,
    minorVersion: version & 0x0f,
    exchangeType: r.u8('Exchange Type'),
    flags: r.u8('Flags'),
    messageId: r.u32('Message ID'),
    length: r.u32('Length'),
  };
}

/** The 28 octets, whatever the values say; a cookie that has not eight octets is INVALID_ARGUMENT. */
export function writeHeader(w: ByteWriter, header: IsakmpHeader): ByteWriter {
  return w
    .bytes(requireCookie(header.initiatorCookie))
    .bytes(requireCookie(header.responderCookie))
    .u8(header.nextPayload)
    .u8((header.majorVersion << 4) | (header.minorVersion & 0x0f))
    .u8(header.exchangeType)
    .u8(header.flags)
    .u32(header.messageId)
    .u32(header.length);
}

function requireCookie(cookie: Uint8Array): Uint8Array {
  if (cookie.length !== COOKIE_BYTES) throw new IkeError('INVALID_ARGUMENT', { what: 'cookie', have: cookie.length });
  return cookie;
}
