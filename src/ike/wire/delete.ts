import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import { PROTOCOL } from './numbers.ts';

/**
 * Delete payload body, RFC 2408 §3.15.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     !              Domain of Interpretation  (DOI)                  !
 *     !  Protocol-Id  !   SPI Size    !           # of SPIs           !
 *     ~               Security Parameter Index(es) (SPI)              ~
 */
export interface DeletePayload {
  readonly doi: number;
  readonly protocolId: number;
  /** At least one, all of one length: the sender's inbound SPIs, or both cookies behind each other for an ISAKMP SA. */
  readonly spis: readonly Uint8Array[];
}

/** Whether an SA of the protocol is named by so many octets; for a protocol that we do not know, by any number. */
function mayBeNamedBy(size: number, protocolId: number): boolean {
  switch (protocolId) {
    case PROTOCOL.ISAKMP:
      return size === 16; // RFC 2408 §3.15: the cookie pair
    case PROTOCOL.AH:
    case PROTOCOL.ESP:
      return size === 4;
    case PROTOCOL.IPCOMP:
      return size === 2 || size === 4;
    default:
      return size > 0;
  }
}

/**
 * Throws PAYLOAD_MALFORMED for an SPI size that does not fit the protocol, and unless number times size is what is left.
 *
 * The number is checked against the octets before anything is allocated for it. Unspecified: a Delete of no SPI says nothing and is refused.
 */
export function readDelete(body: Uint8Array): DeletePayload {
  const r = new ByteReader(body);
  const doi = r.u32('DOI');
  const protocolId = r.u8('Protocol-Id');
  const size = r.u8('SPI Size');
  const count = r.u16('# of SPIs');
  if (!mayBeNamedBy(size, protocolId)) throw new IkeError('PAYLOAD_MALFORMED', { what: 'SPI Size', size, protocolId });
  if (count === 0 || count * size !== r.remaining) {
    throw new IkeError('PAYLOAD_MALFORMED', { what: '# of SPIs', count, need: count * size, have: r.remaining });
  }
  const spis = Array.from({ length: count }, () => r.bytes(size, 'SPI'));
  r.end('Delete');
  return { doi, protocolId, spis };
}

export function writeDelete({ doi, protocolId, spis }: DeletePayload): Uint8Array {
  const size = spis[0]?.length ?? 0;
  if (spis.length > 0xffff || spis.some((spi) => spi.length !== size) || !mayBeNamedBy(size, protocolId)) {
    throw new IkeError('INVALID_ARGUMENT', { what: 'SPIs of a Delete', protocolId, size, count: spis.length });
  }
  const w = new ByteWriter().u32(doi).u8(protocolId).u8(size).u16(spis.length);
  for (const spi of spis) w.bytes(spi);
  return w.finish();
}
