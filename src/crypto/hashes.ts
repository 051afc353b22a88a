export interface HashSpec {
  /** Hash Algorithm attribute value, RFC 2409 App. A. */
  readonly ikeId: number;
  /** Length of the digest, which is also that of the PRF's output (HMAC, RFC 2409 §4). */
  readonly bytes: number;
}

export const HASHES = {
  sha1: { ikeId: 2, bytes: 20 },
  sha256: { ikeId: 4, bytes: 32 },
  sha384: { ikeId: 5, bytes: 48 },
  sha512: { ikeId: 6, bytes: 64 },
} as const satisfies Record<string, HashSpec>;

export type HashName = keyof typeof HASHES;
