import { ByteReader, concat } from './bytes.ts';
import { IkeError } from './errors.ts';

/** Tags of X.690 that names need. */
export const DER_TAG = {
  OBJECT_IDENTIFIER: 0x06,
  UTF8_STRING: 0x0c,
  PRINTABLE_STRING: 0x13,
  TELETEX_STRING: 0x14,
  IA5_STRING: 0x16,
  UNIVERSAL_STRING: 0x1c,
  BMP_STRING: 0x1e,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;

export interface DerElement {
  readonly tag: number;
  /** A view of what it was read from. */
  readonly content: Uint8Array;
}

/**
 * The elements that stand one behind the other, X.690 §8.1.
 *
 * @throws IkeError PAYLOAD_MALFORMED for a length that is indefinite, too long, or runs over the end.
 */
export function readDer(bytes: Uint8Array): DerElement[] {
  const r = new ByteReader(bytes);
  const elements: DerElement[] = [];
  while (r.remaining > 0) {
    const tag = r.u8('DER tag');
    elements.push({ tag, content: r.bytes(readLength(r), 'DER content') });
  }
  return elements;
}

/** The contents of the one element that `bytes` are. */
export function readOneDer(bytes: Uint8Array, tag: number): Uint8Array {
  const [element, ...more] = readDer(bytes);
  if (element === undefined || more.length > 0 || element.tag !== tag)
    throw new IkeError('PAYLOAD_MALFORMED', { what: 'DER element', want: tag, have: element?.tag });
  return element.content;
}

export function writeDer(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = concat(...contents);
  return concat(Uint8Array.of(tag), lengthOctets(content.length), content);
}

function readLength(r: ByteReader): number {
  const first = r.u8('DER length');
  if (first < 0x80) return first;
  const count = first & 0x7f;
  // Four octets of length are more than any message has; none would be the indefinite form of BER (X.690 §10.1).
  if (count === 0 || count > 3) throw new IkeError('PAYLOAD_MALFORMED', { what: 'DER length', octets: count });
  return r.bytes(count, 'DER length').reduce((length, octet) => length * 256 + octet, 0);
}

function lengthOctets(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  if (length < 0x100) return Uint8Array.of(0x81, length);
  if (length < 0x1_0000) return Uint8Array.of(0x82, length >>> 8, length);
  return Uint8Array.of(0x83, length >>> 16, length >>> 8, length);
}

/** `2.5.4.3` for the contents of an OBJECT IDENTIFIER, X.690 §8.19. */
export function readOid(content: Uint8Array): string {
  // Ours: no identifier in use is half as long, and a peer chooses the length of the arithmetic.
  if (content.length === 0 || content.length > 64 || ((content.at(-1) ?? 0) & 0x80) !== 0)
    throw new IkeError('PAYLOAD_MALFORMED', { what: 'object identifier' });
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const octet of content) {
    arc = arc * 128n + BigInt(octet & 0x7f);
    if ((octet & 0x80) !== 0) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first = 0n, ...rest] = arcs;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...rest].join('.');
}

/** An OBJECT IDENTIFIER from its dotted form. */
export function writeOid(dotted: string): Uint8Array {
  const [root = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return writeDer(
    DER_TAG.OBJECT_IDENTIFIER,
    Uint8Array.from([root * 40 + second, ...rest].flatMap((arc) => base128(arc))),
  );
}

function base128(arc: number): number[] {
  const octets = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) octets.unshift((left % 128) | 0x80);
  return octets;
}
