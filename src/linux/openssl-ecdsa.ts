import { DER_TAG, readDer, readOneDer, writeDer } from '../base/der.ts';
import { concat } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import { nativeCalls, type NativeCall } from './native.ts';
import { fromDer, isLasting, LastingObjects, NativeObject, scratch } from './openssl-objects.ts';

const POINTER = 'uintptr_t';
const FROM_DER = [POINTER, POINTER, POINTER, 'long'] as const;
const INIT = ['int', POINTER] as const;

const SIGNATURES = {
  d2i_PUBKEY: FROM_DER,
  d2i_AutoPrivateKey: FROM_DER,
  EVP_PKEY_free: ['void', POINTER],
  EVP_PKEY_CTX_new: [POINTER, POINTER, POINTER],
  EVP_PKEY_CTX_free: ['void', POINTER],
  EVP_PKEY_sign_init: INIT,
  EVP_PKEY_sign: ['int', POINTER, POINTER, POINTER, POINTER, 'size_t'],
  EVP_PKEY_verify_init: INIT,
  EVP_PKEY_verify: ['int', POINTER, POINTER, 'size_t', POINTER, 'size_t'],
  ERR_clear_error: ['void'],
} as const;

type Calls = Readonly<Record<keyof typeof SIGNATURES, NativeCall>>;
let loaded: Calls | undefined;
const publicKeys = new LastingObjects();
const calls = (): Calls => (loaded ??= nativeCalls(SIGNATURES));

/** What lies where in the memory for one operation. */
const AT = { length: 0, digest: 16, signature: 128, size: 512 };
/** An ECDSA-Sig-Value on P-521 has 139 octets at most. */
const SIGNATURE_BYTES = AT.size - AT.signature;

/**
 * ECDSA over a digest that is there already: RFC 4754 signs the HASH value, and node:crypto hashes whatever it signs with a key of
 * this kind. The nonce, and the arithmetic in constant time, are OpenSSL's.
 *
 * `privateKey` is PKCS #8 or RFC 5915 DER, read once, which takes ten times as long as a signature; the result of each call is r | s, each
 * `width` octets (RFC 4754 §7).
 */
export function ecdsaSigner(privateKey: Uint8Array, width: number): (digest: Uint8Array) => Uint8Array {
  const lib = calls();
  const key = new NativeObject(fromDer(lib.d2i_AutoPrivateKey, lib.EVP_PKEY_free, privateKey), lib.EVP_PKEY_free);
  if (key.address === 0) {
    lib.ERR_clear_error();
    throw new IkeError('INVALID_KEY_INFORMATION', { what: 'private key' });
  }
  return (digest) => withContext(lib, key.address, (context) => signed(lib, context, digest, width));
}

function signed(lib: Calls, context: number, digest: Uint8Array, width: number): Uint8Array {
  const { bytes, view, address } = scratch(AT.size);
  bytes.set(digest, AT.digest);
  view.setBigUint64(AT.length, BigInt(SIGNATURE_BYTES), true);
  const done =
    lib.EVP_PKEY_sign_init(context) === 1 &&
    lib.EVP_PKEY_sign(context, address + AT.signature, address + AT.length, address + AT.digest, digest.length) === 1;
  if (!done) throw new IkeError('JOB_FAILED', { what: 'signature with an elliptic-curve key' });
  const length = Number(view.getBigUint64(AT.length, true));
  return joined(bytes.slice(AT.signature, AT.signature + length), width);
}

/** Whether r | s is the signature of the digest under this SubjectPublicKeyInfo; `false` where that is no key. */
export function verifyEcdsa(spki: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  const lib = calls();
  const lasting = isLasting(spki);
  const key = lasting
    ? publicKeys.of(spki, lib.d2i_PUBKEY, lib.EVP_PKEY_free)
    : fromDer(lib.d2i_PUBKEY, lib.EVP_PKEY_free, spki);
  try {
    return key !== 0 && withContext(lib, key, (context) => verified(lib, context, digest, signature));
  } finally {
    // A null pointer is nothing to free.
    if (!lasting) lib.EVP_PKEY_free(key);
    lib.ERR_clear_error();
  }
}

function verified(lib: Calls, context: number, digest: Uint8Array, signature: Uint8Array): boolean {
  const { bytes, address } = scratch(AT.size);
  const der = split(signature);
  bytes.set(digest, AT.digest);
  bytes.set(der, AT.signature);
  return (
    lib.EVP_PKEY_verify_init(context) === 1 &&
    lib.EVP_PKEY_verify(context, address + AT.signature, der.length, address + AT.digest, digest.length) === 1
  );
}

/** Errors that OpenSSL keeps would be taken for those of node:crypto's next call. */
function withContext<T>(lib: Calls, key: number, use: (context: number) => T): T {
  const context = lib.EVP_PKEY_CTX_new(key, 0);
  try {
    return use(context);
  } finally {
    lib.EVP_PKEY_CTX_free(context);
    lib.ERR_clear_error();
  }
}

const INTEGER = 0x02;

/** ECDSA-Sig-Value (RFC 5480 App. A) to r | s. */
function joined(der: Uint8Array, width: number): Uint8Array {
  const parts = readDer(readOneDer(der, DER_TAG.SEQUENCE)).map(({ content }) => {
    const value = content[0] === 0 ? content.subarray(1) : content;
    return concat(new Uint8Array(width - value.length), value);
  });
  return concat(...parts);
}

/** r | s to ECDSA-Sig-Value. */
function split(signature: Uint8Array): Uint8Array {
  const width = signature.length / 2;
  return writeDer(DER_TAG.SEQUENCE, integer(signature.subarray(0, width)), integer(signature.subarray(width)));
}

/** The shortest form, and never negative (X.690 §8.3). */
function integer(value: Uint8Array): Uint8Array {
  const from = value.findIndex((octet) => octet !== 0);
  const shortest = from < 0 ? Uint8Array.of(0) : value.subarray(from);
  return writeDer(INTEGER, (shortest[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0), shortest);
}
