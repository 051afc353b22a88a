import { IkeError } from '../base/errors.ts';
import { type NativeCall, nativeMemory, type NativeMemory } from './native.ts';

/** Ours: more than any key, certificate or revocation list that a gateway has to hold. */
const MOST_OCTETS = 16 * 1024 * 1024;

let memory: NativeMemory | undefined;

/** Memory of at least this size, the same for every call: what is secret in it the caller wipes before the next one. */
export function scratch(size: number): NativeMemory {
  if (size > MOST_OCTETS)
    throw new IkeError('LIMIT_REACHED', { what: 'octets for OpenSSL', limit: MOST_OCTETS, have: size });
  // Native memory is never given back, so it grows by doubling.
  if (memory === undefined || memory.bytes.length < size)
    memory = nativeMemory(2 ** Math.ceil(Math.log2(Math.max(size, 4096))));
  return memory;
}

const GARBAGE = new FinalizationRegistry<() => void>((free) => free());

/** An object of OpenSSL's for as long as somebody holds this; null pointers have nothing to free. */
export class NativeObject {
  readonly address: number;

  constructor(address: number, free: NativeCall) {
    this.address = address;
    if (address !== 0) GARBAGE.register(this, () => void free(address));
  }
}

const LASTING = new WeakSet<Uint8Array>();

/** Says that these octets stay, so that what OpenSSL makes of them is worth keeping. */
export const markLasting = (octets: Uint8Array): void => void LASTING.add(octets);
export const isLasting = (octets: Uint8Array): boolean => LASTING.has(octets);

/**
 * What OpenSSL makes of octets that stay, so that it reads them once: a certificate takes it a tenth of a millisecond, a long
 * revocation list far more. Octets that nobody holds any more take their object with them.
 */
export class LastingObjects {
  readonly #made = new WeakMap<Uint8Array, NativeObject>();

  /** The object of these octets, which are never written to; 0 where they do not parse. It is not the caller's to free. */
  of(octets: Uint8Array, d2i: NativeCall, free: NativeCall): number {
    const known = this.#made.get(octets);
    if (known !== undefined) return known.address;
    const made = new NativeObject(fromDer(d2i, free, octets), free);
    this.#made.set(octets, made);
    return made.address;
  }
}

/** The `const unsigned char **` of a d2i function lies in front of the DER. */
const POINTER_BYTES = 16;

/**
 * An object of OpenSSL's from its DER; 0 where that does not parse or something stands behind it. OpenSSL has a copy then, ours is
 * wiped; the object is the caller's to free.
 */
export function fromDer(d2i: NativeCall, free: NativeCall, der: Uint8Array): number {
  const { bytes, view, address } = scratch(POINTER_BYTES + der.length);
  const from = address + POINTER_BYTES;
  bytes.set(der, POINTER_BYTES);
  view.setBigUint64(0, BigInt(from), true);
  const object = d2i(0, address, der.length);
  const read = Number(view.getBigUint64(0, true)) - from;
  bytes.fill(0, POINTER_BYTES, POINTER_BYTES + der.length);
  if (object === 0 || read === der.length) return object;
  free(object);
  return 0;
}
