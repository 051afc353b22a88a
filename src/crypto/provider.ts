import type { CipherName } from './ciphers.ts';
import type { GroupName } from './groups.ts';
import type { HashName } from './hashes.ts';

/**
 * The cryptography that IKE needs, behind one object, so that the engine runs on OpenSSL, on pure JavaScript or on a test's own.
 *
 * Everything is synchronous and deterministic; randomness comes in as arguments. Hashes, PRFs and ciphers are called inside
 * transitions; `publicValue` and `agree` are slow and run as jobs.
 */
export interface CryptoProvider {
  readonly name: string;
  hash(hash: HashName, data: Uint8Array): Uint8Array;
  /** HMAC, the PRF of IKE (RFC 2409 §4). */
  hmac(hash: HashName, key: Uint8Array, data: Uint8Array): Uint8Array;
  /** CBC without padding: `plaintext` is a multiple of the block length, else INVALID_ARGUMENT. */
  encryptCbc(cipher: CipherName, key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** CBC without padding: `ciphertext` is a multiple of the block length, else INVALID_ARGUMENT. */
  decryptCbc(cipher: CipherName, key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array;
  /** The public value for a private one, as long as the group's KE payload. */
  publicValue(group: GroupName, privateValue: Uint8Array): Uint8Array;
  /** g^xy, padded to the group's length. INVALID_KEY_INFORMATION where the peer's value is not a good one (RFC 6989 §2.1 and §2.3, RFC 7748 §6.1). */
  agree(group: GroupName, privateValue: Uint8Array, peerPublic: Uint8Array): Uint8Array;
  /** Whether two secrets are the same, in a time that does not depend on where they differ. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}
