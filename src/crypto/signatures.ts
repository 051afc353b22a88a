import type { HashName } from './hashes.ts';

/** Curves of RFC 4754 §4, by OpenSSL's names. */
export type CurveName = 'prime256v1' | 'secp384r1' | 'secp521r1';

export type SignatureMethodSpec =
  /** RFC 2409 §5.1: RSA in PKCS #1 format over the bare hash. */
  | { readonly ikeId: number; readonly key: 'rsa' }
  /** RFC 4754 §4 and §7: the method fixes curve and hash; `bytes` is the length of r | s. */
  | {
      readonly ikeId: number;
      readonly key: 'ec';
      readonly curve: CurveName;
      readonly hash: HashName;
      readonly bytes: number;
    };

/** Authentication methods of phase 1 that sign, with their numbers of RFC 2409 App. A and RFC 4754 §6. */
export const SIGNATURE_METHODS = {
  rsa: { ikeId: 3, key: 'rsa' },
  ecdsa256: { ikeId: 9, key: 'ec', curve: 'prime256v1', hash: 'sha256', bytes: 64 },
  ecdsa384: { ikeId: 10, key: 'ec', curve: 'secp384r1', hash: 'sha384', bytes: 96 },
  ecdsa521: { ikeId: 11, key: 'ec', curve: 'secp521r1', hash: 'sha512', bytes: 132 },
} as const satisfies Record<string, SignatureMethodSpec>;

export type SignatureMethod = keyof typeof SIGNATURE_METHODS;

/**
 * A private key that signs HASH_I or HASH_R. It may lie in a TPM or a smart card: then the answer comes later, and the key is nobody's
 * to read.
 */
export interface Signer {
  /** The method that this key serves. */
  readonly method: SignatureMethod;
  /** The body of a Signature payload over this HASH value. */
  sign(hash: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** Checks a Signature payload; so quick that it is done at once. */
export interface SignatureVerifier {
  /**
   * Whether the holder of this key signed this HASH value. Never throws for what a peer can send: a key of another kind or size, a
   * signature of another length are plain `false`.
   *
   * `publicKey` is a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
   */
  verify(method: SignatureMethod, publicKey: Uint8Array, hash: Uint8Array, signature: Uint8Array): boolean;
}
