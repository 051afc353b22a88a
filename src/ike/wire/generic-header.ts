import type { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';

/**
 * Generic payload header, RFC 2408 §3.2: what every payload, and every Proposal and Transform inside an SA, begins with.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     ! Next Payload  !   RESERVED    !         Payload Length        !
 */
export interface GenericPayload {
  readonly next: number;
  /**
   * Kept and not judged. Deviation: RFC 2408 §5.3 discards a message whose RESERVED is not zero. Interop: peers have sent other
   * values, and no meaning can hide there.
   */
  readonly reserved: number;
  /** What follows the four octets of the header: a view. */
  readonly body: Uint8Array;
}

export const GENERIC_HEADER_BYTES = 4;

/** Reads one header and the body that it announces; `payload` names it in refusals. */
export function readGeneric(r: ByteReader, payload: string): GenericPayload {
  const next = r.u8(`${payload} Next Payload`);
  const reserved = r.u8(`${payload} RESERVED`);
  const length = r.u16(`${payload} Payload Length`);
  // A length of 0 that is skipped by is an endless loop; one below 4 points back into the header.
  if (length < GENERIC_HEADER_BYTES) {
    throw new IkeError('PAYLOAD_MALFORMED', {
      what: `${payload} Payload Length`,
      need: GENERIC_HEADER_BYTES,
      have: length,
    });
  }
  return { next, reserved, body: r.bytes(length - GENERIC_HEADER_BYTES, `${payload} body`) };
}

export function writeGeneric(w: ByteWriter, next: number, body: Uint8Array): void {
  const length = GENERIC_HEADER_BYTES + body.length;
  if (length > 0xffff) throw new IkeError('INVALID_ARGUMENT', { what: 'Payload Length', have: length });
  w.u8(next).u8(0).u16(length).bytes(body);
}
