/** How a cipher is used to protect ISAKMP messages, always in CBC mode (RFC 2409 §4, RFC 3602, RFC 4312). */
export interface CipherSpec {
  /** Encryption Algorithm attribute value, RFC 2409 App. A and IANA's registry. */
  readonly ikeId: number;
  readonly keyBytes: number;
  readonly blockBytes: number;
  /** Whether the Key Length attribute must be there: ciphers with a variable key have one, others must not (RFC 2409 App. A). */
  readonly keyLengthAttribute: boolean;
  /** What is wrong with it, as the end of a sentence that begins with its name: it has to be named, and `check` says this. */
  readonly warning?: string;
}

const AES = { ikeId: 7, blockBytes: 16, keyLengthAttribute: true } as const;
/** RFC 4312 §4.1. */
const CAMELLIA = { ...AES, ikeId: 8 } as const;

/** What is wrong with two of them, in phase 1 as in ESP. */
export const DES_WARNING = 'has a key of 56 bits, which is found by trying all of them';
export const TRIPLE_DES_WARNING = 'has blocks of 64 bits, which collide after some gigabytes';

export const CIPHERS = {
  aes128: { ...AES, keyBytes: 16 },
  aes192: { ...AES, keyBytes: 24 },
  aes256: { ...AES, keyBytes: 32 },
  camellia128: { ...CAMELLIA, keyBytes: 16 },
  camellia192: { ...CAMELLIA, keyBytes: 24 },
  camellia256: { ...CAMELLIA, keyBytes: 32 },
  '3des': { ikeId: 5, keyBytes: 24, blockBytes: 8, keyLengthAttribute: false, warning: TRIPLE_DES_WARNING },
  des: { ikeId: 1, keyBytes: 8, blockBytes: 8, keyLengthAttribute: false, warning: DES_WARNING },
} as const satisfies Record<string, CipherSpec>;

export type CipherName = keyof typeof CIPHERS;
export type CamelliaName = Extract<CipherName, `camellia${number}`>;
