import { IkeError } from './errors.ts';

/** Reads network-order fields from a byte range, names each, and refuses to run past its end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Octets not read yet. */
  get remaining(): number {
    return this.#bytes.length - this.#at;
  }
  /** Octets read so far. */
  get offset(): number {
    return this.#at;
  }
  u8(what: string): number {
    return this.#octet(this.#take(1, what));
  }
  u16(what: string): number {
    const at = this.#take(2, what);
    return (this.#octet(at) << 8) | this.#octet(at + 1);
  }
  u32(what: string): number {
    const at = this.#take(4, what);
    let number = 0;
    for (let i = at; i < at + 4; i++) number = (number << 8) | this.#octet(i);
    return number >>> 0;
  }
  /** A view, not a copy: whoever keeps it past the datagram copies it. */
  bytes(length: number, what: string): Uint8Array {
    const from = this.#take(length, what);
    return this.#bytes.subarray(from, from + length);
  }
  /** A view of all that is left; reads it. */
  rest(): Uint8Array {
    return this.bytes(this.remaining, 'rest');
  }
  /** Every codec ends here, so trailing bytes are never ignored by accident. */
  end(what: string): void {
    if (this.remaining !== 0) throw new IkeError('PAYLOAD_MALFORMED', { what, trailing: this.remaining });
  }

  /** The reader is made for each payload of each message, and a DataView would cost more than all that it reads. */
  #octet(at: number): number {
    return this.#bytes[at] ?? 0;
  }

  #take(length: number, what: string): number {
    if (length > this.remaining) throw new IkeError('PAYLOAD_MALFORMED', { what, need: length, have: this.remaining });
    const from = this.#at;
    this.#at += length;
    return from;
  }
}

/** Appends network-order fields to a buffer that grows. */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  /** `capacity` is a guess at what it will be, in octets; a right one saves all copies. */
  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }
  u8(value: number): this {
    const at = this.#grow(1);
    this.#bytes[at] = value;
    return this;
  }
  u16(value: number): this {
    const at = this.#grow(2);
    this.#bytes[at] = value >>> 8;
    this.#bytes[at + 1] = value;
    return this;
  }
  u32(value: number): this {
    return this.u16(value >>> 16).u16(value & 0xffff);
  }
  bytes(value: Uint8Array): this {
    const at = this.#grow(value.length);
    this.#bytes.set(value, at);
    return this;
  }
  /** The octets, which belong to the caller from now on: to be called once, at the end. */
  finish(): Uint8Array {
    return this.#length === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#length);
  }

  #grow(by: number): number {
    const at = this.#length;
    this.#length += by;
    if (this.#length > this.#bytes.length) {
      const wider = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      wider.set(this.#bytes);
      this.#bytes = wider;
    }
    return at;
  }
}

/**
 * The same octets as a plain Uint8Array. Node's Buffer is one too, but its `slice` gives a view and not a copy, so what was sliced
 * to be kept would change, and what was sliced to be wiped would wipe the original.
 */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** One array with the parts behind each other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Whether two public values are the same. Secrets are compared by `CryptoProvider.equal`, in constant time. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function isZero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Lower-case hexadecimal, two digits an octet. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += HEX_CHUNK) text += chunkHex(bytes.subarray(from, from + HEX_CHUNK));
  return text;
}

/** Ours: as many octets as a call takes arguments for without harm. */
const HEX_CHUNK = 1024;
const DIGITS = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** In one piece: what is put together digit by digit is kept as a chain of its parts, which takes ten times the room. */
function chunkHex(bytes: Uint8Array): string {
  const codes: number[] = [];
  for (const octet of bytes) codes.push(DIGITS[octet >>> 4] ?? 0, DIGITS[octet & 15] ?? 0);
  return String.fromCharCode(...codes);
}

/** The octets that pairs of hexadecimal digits stand for; white space and colons between them are skipped. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replaceAll(/[\s:]/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits))
    throw new IkeError('INVALID_ARGUMENT', { what: 'hexadecimal text' });
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** The number of 16 bits that begins at an octet, in network order; octets that are not there are zero. */
export const u16At = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** A number of 32 bits as eight hexadecimal digits, as other programs show SPIs and message ids. */
export const hex32 = (value: number): string => value.toString(16).padStart(8, '0');

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The octets of base64 text (RFC 4648 §4); white space is skipped. Undefined where it is none. */
export function fromBase64(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/\s/g, '').replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(digits) || digits.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  for (let i = 0, at = 0, bits = 0; i < digits.length; i += 1) {
    bits = ((bits << 6) | BASE64.indexOf(digits.charAt(i))) & 0xff_ffff;
    // Every digit but the first of four completes an octet.
    if (i % 4 !== 0) bytes[at++] = bits >>> (6 - 2 * (i % 4));
  }
  return bytes;
}

/** Four octets in network order. */
export function u32Bytes(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

const utf8 = { encoder: new TextEncoder(), decoder: new TextDecoder() };
export function utf8Bytes(text: string): Uint8Array {
  return utf8.encoder.encode(text);
}
/** Octets that are not UTF-8 become U+FFFD: this is for showing, never for comparing. */
export function utf8Text(bytes: Uint8Array): string {
  return utf8.decoder.decode(bytes);
}
