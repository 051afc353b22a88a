import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import { ID_TYPE } from '../../base/identity.ts';

/**
 * Identification payload body, RFC 2407 §4.6.2.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     !   ID Type     !  Protocol ID  !             Port              !
 *     ~                     Identification Data                       ~
 */
export interface IdentificationPayload {
  /** See `ID_TYPE`; types that we do not know are kept. */
  readonly idType: number;
  /** IP protocol number; 0 is any. */
  readonly protocolId: number;
  /**
   * 0 is any.
   *
   * Deviation: RFC 2407 §4.6.2 has phase 1 abort where protocol and port are neither zero nor UDP and 500. Peers send UDP with 0 and
   * with 4500 as well; there they mean nothing, and the HASH covers them. We send zeros.
   */
  readonly port: number;
  readonly data: Uint8Array;
}

/** Octets of the types that have a fixed length, RFC 2407 §4.6.2.2 to §4.6.2.9. */
const LENGTHS: ReadonlyMap<number, number> = new Map([
  [ID_TYPE.IPV4_ADDR, 4],
  [ID_TYPE.IPV4_ADDR_SUBNET, 8],
  [ID_TYPE.IPV4_ADDR_RANGE, 8],
  [ID_TYPE.IPV6_ADDR, 16],
  [ID_TYPE.IPV6_ADDR_SUBNET, 32],
  [ID_TYPE.IPV6_ADDR_RANGE, 32],
]);

/** Throws PAYLOAD_MALFORMED where the data has not the length of its type, or a name has none. */
export function readIdentification(body: Uint8Array): IdentificationPayload {
  const r = new ByteReader(body);
  const idType = r.u8('ID Type');
  const protocolId = r.u8('Protocol ID');
  const port = r.u16('Port');
  const data = r.rest();
  const need = LENGTHS.get(idType);
  // Unspecified: whether a name may be empty. Nobody can be configured under it, so it is refused here, once.
  if (need === undefined ? data.length === 0 : data.length !== need) {
    throw new IkeError('PAYLOAD_MALFORMED', {
      what: 'Identification Data',
      idType,
      need: need ?? 1,
      have: data.length,
    });
  }
  return { idType, protocolId, port, data };
}

export const writeIdentification = ({ idType, protocolId, port, data }: IdentificationPayload): Uint8Array =>
  new ByteWriter().u8(idType).u8(protocolId).u16(port).bytes(data).finish();
