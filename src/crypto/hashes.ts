export interface HashSpec {
  /** Hash Algorithm attribute value, RFC 2409 App. A. */
  readonly ikeId: number;
  /** Length of the digest, which is also that of the PRF's output (HMAC, RFC 2409 §4). */
  readonly bytes: number;
  /** As for ciphers. */
  readonly warning?: string;
}

/** What is wrong with two of them, in phase 1 as in ESP. */
export const MD5_WARNING = 'has collisions that anybody can make';
export const SHA1_WARNING = 'has known collisions';

export const HASHES = {
  sha256: { ikeId: 4, bytes: 32 },
  sha384: { ikeId: 5, bytes: 48 },
  sha512: { ikeId: 6, bytes: 64 },
  sha1: { ikeId: 2, bytes: 20, warning: SHA1_WARNING },
  md5: { ikeId: 1, bytes: 16, warning: MD5_WARNING },
} as const satisfies Record<string, HashSpec>;

export type HashName = keyof typeof HASHES;
