import { ByteReader, ByteWriter, u32Bytes } from '../../base/bytes.ts';
import { IkeError } from '../../base/errors.ts';

/**
 * Data attribute, RFC 2408 §3.3.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     !A!       Attribute Type        !    AF=0  Attribute Length     !
 *     !F!                             !    AF=1  Attribute Value      !
 *     .                   AF=0  Attribute Value                       .
 *     .                   AF=1  Not Transmitted                       .
 */
export interface DataAttribute {
  /** 15 bits. */
  readonly type: number;
  /** Which of the two forms it came in, so that an answer can give it back unchanged. */
  readonly format: 'tv' | 'tlv';
  /** Two octets where the format is `tv`. */
  readonly value: Uint8Array;
}

const AF = 0x8000;

/** All attributes up to the end of the range. */
export function readAttributes(bytes: Uint8Array): readonly DataAttribute[] {
  const r = new ByteReader(bytes);
  const attributes: DataAttribute[] = [];
  while (r.remaining > 0) {
    const word = r.u16('Attribute Type');
    const type = word & ~AF;
    if ((word & AF) !== 0) attributes.push({ type, format: 'tv', value: r.bytes(2, 'Attribute Value') });
    else attributes.push({ type, format: 'tlv', value: r.bytes(r.u16('Attribute Length'), 'Attribute Value') });
  }
  return attributes;
}

export function writeAttributes(attributes: readonly DataAttribute[]): Uint8Array {
  const w = new ByteWriter();
  for (const { type, format, value } of attributes) {
    if (type >= AF || value.length > 0xffff || (format === 'tv' && value.length !== 2)) {
      throw new IkeError('INVALID_ARGUMENT', { what: 'data attribute', type, format, length: value.length });
    }
    if (format === 'tv') w.u16(AF | type).bytes(value);
    else w.u16(type).u16(value.length).bytes(value);
  }
  return w.finish();
}

/**
 * The value as an unsigned number, in whichever form it came.
 *
 * Interop: RFC 2409 Appendix A says that a basic attribute MUST NOT be encoded as variable, yet peers do so with key lengths and groups,
 * and send lifetimes as TLV of two, four or more octets. Leading zeros do not count; past 48 bits it is PAYLOAD_MALFORMED.
 */
export function attributeNumber(attribute: DataAttribute): number {
  const { value, type } = attribute;
  const from = value.findIndex((octet) => octet !== 0);
  const magnitude = from < 0 ? value.subarray(value.length) : value.subarray(from);
  if (value.length === 0 || magnitude.length > 6) {
    throw new IkeError('PAYLOAD_MALFORMED', { what: 'Attribute Value', type, length: value.length });
  }
  return magnitude.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** In type/value form: 0 to 65535. */
export function basicAttribute(type: number, n: number): DataAttribute {
  requireUnsigned(type, n, 0xffff);
  return { type, format: 'tv', value: Uint8Array.of(n >>> 8, n & 0xff) };
}

/** In type/value form where 16 bits do, else as a TLV of four octets: 0 to 4294967295. */
export function numberAttribute(type: number, n: number): DataAttribute {
  if (n <= 0xffff) return basicAttribute(type, n);
  requireUnsigned(type, n, 0xffff_ffff);
  return { type, format: 'tlv', value: u32Bytes(n) };
}

function requireUnsigned(type: number, n: number, max: number): void {
  if (!Number.isInteger(n) || n < 0 || n > max)
    throw new IkeError('INVALID_ARGUMENT', { what: 'attribute value', type, have: n, max });
}
