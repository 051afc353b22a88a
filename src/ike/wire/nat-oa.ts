import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';
import { ID_TYPE } from '../../base/identity.ts';

/**
 * NAT-OA payload body, RFC 3947 §5.2: an address as it was before the NAT, so that a transport mode peer can mend checksums.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     !    ID Type    !   RESERVED    !           RESERVED            !
 *     ~           IPv4 (4 octets) or IPv6 address (16 octets)         ~
 */
export interface NatOaPayload {
  /** `ID_TYPE.IPV4_ADDR` or `ID_TYPE.IPV6_ADDR`. */
  readonly idType: number;
  /** 4 or 16 octets. */
  readonly address: Uint8Array;
}

/** Throws PAYLOAD_MALFORMED for another ID Type than the two that RFC 3947 §5.2 allows, and for another length than the type's. */
export function readNatOa(body: Uint8Array): NatOaPayload {
  const r = new ByteReader(body);
  const idType = r.u8('ID Type');
  r.u8('RESERVED');
  r.u16('RESERVED');
  if (idType !== ID_TYPE.IPV4_ADDR && idType !== ID_TYPE.IPV6_ADDR) {
    throw new IkeError('PAYLOAD_MALFORMED', { what: 'ID Type', payload: 'NAT-OA', idType });
  }
  const address = r.bytes(idType === ID_TYPE.IPV4_ADDR ? 4 : 16, 'address');
  r.end('NAT-OA');
  return { idType, address };
}

export const writeNatOa = ({ idType, address }: NatOaPayload): Uint8Array =>
  new ByteWriter().u8(idType).u8(0).u16(0).bytes(address).finish();
