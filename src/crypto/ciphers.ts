/** How a cipher is used to protect ISAKMP messages, always in CBC mode (RFC 2409 §4, RFC 3602). */
export interface CipherSpec {
  /** Encryption Algorithm attribute value, RFC 2409 App. A. */
  readonly ikeId: number;
  readonly keyBytes: number;
  readonly blockBytes: number;
  /** Whether the Key Length attribute must be there: ciphers with a variable key have one, others must not (RFC 2409 App. A). */
  readonly keyLengthAttribute: boolean;
}

export const CIPHERS = {
  aes128: { ikeId: 7, keyBytes: 16, blockBytes: 16, keyLengthAttribute: true },
  aes192: { ikeId: 7, keyBytes: 24, blockBytes: 16, keyLengthAttribute: true },
  aes256: { ikeId: 7, keyBytes: 32, blockBytes: 16, keyLengthAttribute: true },
  '3des': { ikeId: 5, keyBytes: 24, blockBytes: 8, keyLengthAttribute: false },
} as const satisfies Record<string, CipherSpec>;

export type CipherName = keyof typeof CIPHERS;
