import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { type DataAttribute, readAttributes, writeAttributes } from './attributes.ts';

/**
 * Transform payload body, RFC 2408 §3.6.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     !  Transform #  !  Transform-Id !           RESERVED2           !
 *     ~                        SA Attributes                          ~
 */
export interface Transform {
  readonly number: number;
  readonly transformId: number;
  readonly attributes: readonly DataAttribute[];
}

export function readTransform(body: Uint8Array): Transform {
  const r = new ByteReader(body);
  const number = r.u8('Transform #');
  const transformId = r.u8('Transform-Id');
  r.u16('RESERVED2');
  return { number, transformId, attributes: readAttributes(r.rest()) };
}

export function writeTransform(transform: Transform): Uint8Array {
  const w = new ByteWriter().u8(transform.number).u8(transform.transformId).u16(0);
  return w.bytes(writeAttributes(transform.attributes)).finish();
}
