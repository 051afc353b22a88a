import { IkeError } from '../base/errors.ts';

/**
 * The fields of a C structure one after another, numbers in the machine's order, which is little here; what network order has says so.
 *
 * Its length is given beforehand, as the kernel's headers have it: octets that nobody writes are zero.
 */
export class StructWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.#bytes = new Uint8Array(length);
    this.#view = new DataView(this.#bytes.buffer);
  }
  u8(value: number): this {
    this.#view.setUint8(this.#take(1), value);
    return this;
  }
  u16(value: number): this {
    this.#view.setUint16(this.#take(2), value, true);
    return this;
  }
  u32(value: number): this {
    this.#view.setUint32(this.#take(4), value, true);
    return this;
  }
  u64(value: bigint): this {
    this.#view.setBigUint64(this.#take(8), value, true);
    return this;
  }
  /** In network order. */
  net16(value: number): this {
    this.#view.setUint16(this.#take(2), value);
    return this;
  }
  net32(value: number): this {
    this.#view.setUint32(this.#take(4), value);
    return this;
  }
  /** `room` is how much of the structure is theirs; default as many as there are. */
  bytes(value: Uint8Array, room = value.length): this {
    if (value.length > room) throw new IkeError('INVALID_ARGUMENT', { what: 'field', have: value.length, room });
    this.#bytes.set(value, this.#take(room));
    return this;
  }
  skip(length: number): this {
    this.#take(length);
    return this;
  }
  /** The whole structure, also where less of it was written. */
  finish(): Uint8Array {
    return this.#bytes;
  }

  #take(length: number): number {
    const from = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new IkeError('INTERNAL', { what: 'structure', length: this.#at });
    return from;
  }
}

/** The counterpart: reads the fields of a structure that the kernel sent, and refuses one that is too short. */
export class StructReader {
  readonly #view: DataView;
  readonly #what: string;
  #at = 0;

  /** `what` names the structure in the error. @throws IkeError BACKEND_FAILED */
  constructor(bytes: Uint8Array, what: string) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#what = what;
  }
  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }
  net16(): number {
    return this.#view.getUint16(this.#take(2));
  }
  net32(): number {
    return this.#view.getUint32(this.#take(4));
  }
  /** A view. */
  bytes(length: number): Uint8Array {
    const from = this.#take(length);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + from, length);
  }
  skip(length: number): this {
    this.#take(length);
    return this;
  }

  #take(length: number): number {
    const from = this.#at;
    this.#at += length;
    if (this.#at > this.#view.byteLength) {
      throw new IkeError('BACKEND_FAILED', { what: `netlink, ${this.#what}`, have: this.#view.byteLength });
    }
    return from;
  }
}
