import { IkeError } from '../base/errors.ts';
import { type NativeCall, nativeCalls, nativeMemory, type NativeMemory } from './native.ts';

const POINTER = 'uintptr_t';

/** Of the OpenSSL that lies in the binary of Node. */
const SIGNATURES = {
  BN_new: [POINTER],
  BN_bin2bn: [POINTER, POINTER, 'int', POINTER],
  BN_bn2binpad: ['int', POINTER, POINTER, 'int'],
  BN_clear_free: ['void', POINTER],
  BN_CTX_new: [POINTER],
  BN_CTX_free: ['void', POINTER],
  BN_MONT_CTX_new: [POINTER],
  BN_MONT_CTX_set: ['int', POINTER, POINTER, POINTER],
  BN_mod_exp_mont_consttime: ['int', POINTER, POINTER, POINTER, POINTER, POINTER, POINTER],
} as const;

interface OpenSsl {
  readonly call: Readonly<Record<keyof typeof SIGNATURES, NativeCall>>;
  /** Through which octets come and go; nothing stays in it. */
  readonly passage: NativeMemory;
}

/** The longest number, that of MODP 8192. */
const PASSAGE_BYTES = 1024;

let loaded: OpenSsl | undefined;

function openSsl(): OpenSsl {
  loaded ??= { call: nativeCalls(SIGNATURES), passage: nativeMemory(PASSAGE_BYTES) };
  return loaded;
}

/**
 * Powers modulo one odd number, computed on other threads by OpenSSL's exponentiation whose time and memory accesses do not depend on
 * the exponent. What can be computed from the modulus is computed once and kept for good.
 *
 * @throws where this Node does not show OpenSSL's functions, or koffi is missing.
 */
export class ModularPower {
  readonly #length: number;
  readonly #modulus: number;
  readonly #montgomery: number;

  constructor(modulus: Uint8Array) {
    const { call } = openSsl();
    this.#length = modulus.length;
    this.#modulus = numberFrom(modulus);
    this.#montgomery = required(call.BN_MONT_CTX_new());
    const context = required(call.BN_CTX_new());
    required(call.BN_MONT_CTX_set(this.#montgomery, this.#modulus, context));
    call.BN_CTX_free(context);
  }

  /**
   * base^exponent, as long as the modulus; `base` is less than that. Both are read before this returns, and nothing is left of them or of the
   * result in OpenSSL's memory when it is there: numbers are overwritten as they are freed, and so is all that a context lent.
   */
  async power(base: Uint8Array, exponent: Uint8Array): Promise<Uint8Array> {
    const { call } = openSsl();
    const [result, b, e] = [required(call.BN_new()), numberFrom(base), numberFrom(exponent)];
    const context = required(call.BN_CTX_new());
    try {
      const operands = [result, b, e, this.#modulus, context, this.#montgomery] as const;
      required(await elsewhere(call.BN_mod_exp_mont_consttime, operands));
      return octetsOf(result, this.#length);
    } finally {
      for (const number of [result, b, e]) call.BN_clear_free(number);
      call.BN_CTX_free(context);
    }
  }
}

const elsewhere = (call: NativeCall, values: readonly number[]): Promise<number> =>
  new Promise((resolve, reject) => {
    call.async(...values, (error, result) => (error instanceof Error ? reject(error) : resolve(result)));
  });

function numberFrom(octets: Uint8Array): number {
  const { call, passage } = openSsl();
  passage.bytes.set(octets);
  try {
    return required(call.BN_bin2bn(passage.address, octets.length, 0));
  } finally {
    passage.bytes.fill(0, 0, octets.length);
  }
}

function octetsOf(number: number, length: number): Uint8Array {
  const { call, passage } = openSsl();
  try {
    required(call.BN_bn2binpad(number, passage.address, length));
    return passage.bytes.slice(0, length);
  } finally {
    passage.bytes.fill(0, 0, length);
  }
}

/** What says with 0, -1 or a null pointer that it failed: with good arguments, only for want of memory. */
function required(result: number): number {
  if (result > 0) return result;
  throw new IkeError('JOB_FAILED', { what: 'OpenSSL has no memory for a Diffie-Hellman' });
}
