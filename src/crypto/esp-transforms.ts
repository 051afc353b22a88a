import type { HashName } from './hashes.ts';

export interface EspCipherSpec {
  /** ESP Transform Identifier, RFC 2407 §4.4.4, RFC 3602, RFC 4106. */
  readonly transformId: number;
  readonly keyBytes: number;
  /** Octets of KEYMAT after the key that are no key: the salt of GCM (RFC 4106 §8.1). */
  readonly saltBytes: number;
  /** Length of the IV in each packet. */
  readonly ivBytes: number;
  /** What the padded plaintext is a multiple of. */
  readonly blockBytes: number;
  /** Length of the ICV where the cipher authenticates by itself; 0 where a separate integrity algorithm must. */
  readonly icvBytes: number;
  /** Whether the Key Length attribute must be there. */
  readonly keyLengthAttribute: boolean;
}

/** What encrypts ESP. The key of a combined algorithm is `keyBytes`, its KEYMAT `keyBytes + saltBytes`. */
export const ESP_CIPHERS = {
  aes128: {
    transformId: 12,
    keyBytes: 16,
    saltBytes: 0,
    ivBytes: 16,
    blockBytes: 16,
    icvBytes: 0,
    keyLengthAttribute: true,
  },
  aes192: {
    transformId: 12,
    keyBytes: 24,
    saltBytes: 0,
    ivBytes: 16,
    blockBytes: 16,
    icvBytes: 0,
    keyLengthAttribute: true,
  },
  aes256: {
    transformId: 12,
    keyBytes: 32,
    saltBytes: 0,
    ivBytes: 16,
    blockBytes: 16,
    icvBytes: 0,
    keyLengthAttribute: true,
  },
  '3des': {
    transformId: 3,
    keyBytes: 24,
    saltBytes: 0,
    ivBytes: 8,
    blockBytes: 8,
    icvBytes: 0,
    keyLengthAttribute: false,
  },
  aes128gcm16: {
    transformId: 20,
    keyBytes: 16,
    saltBytes: 4,
    ivBytes: 8,
    blockBytes: 4,
    icvBytes: 16,
    keyLengthAttribute: true,
  },
  aes192gcm16: {
    transformId: 20,
    keyBytes: 24,
    saltBytes: 4,
    ivBytes: 8,
    blockBytes: 4,
    icvBytes: 16,
    keyLengthAttribute: true,
  },
  aes256gcm16: {
    transformId: 20,
    keyBytes: 32,
    saltBytes: 4,
    ivBytes: 8,
    blockBytes: 4,
    icvBytes: 16,
    keyLengthAttribute: true,
  },
} as const satisfies Record<string, EspCipherSpec>;

export type EspCipherName = keyof typeof ESP_CIPHERS;

export interface EspIntegritySpec {
  /** Authentication Algorithm attribute value, RFC 2407 §4.5 and IANA's registry. */
  readonly attributeValue: number;
  readonly hash: HashName;
  readonly keyBytes: number;
  /** Length of the truncated HMAC in each packet (RFC 2404, RFC 4868 §2.6). */
  readonly icvBytes: number;
}

/** What authenticates ESP where the cipher does not. */
export const ESP_INTEGRITY = {
  sha1: { attributeValue: 2, hash: 'sha1', keyBytes: 20, icvBytes: 12 },
  sha256: { attributeValue: 5, hash: 'sha256', keyBytes: 32, icvBytes: 16 },
  sha384: { attributeValue: 6, hash: 'sha384', keyBytes: 48, icvBytes: 24 },
  sha512: { attributeValue: 7, hash: 'sha512', keyBytes: 64, icvBytes: 32 },
} as const satisfies Record<string, EspIntegritySpec>;

export type EspIntegrityName = keyof typeof ESP_INTEGRITY;

/** The algorithms of one ESP SA. `integrity` is absent exactly where the cipher has an ICV of its own. */
export interface EspSuite {
  readonly cipher: EspCipherName;
  readonly integrity?: EspIntegrityName;
}

/** `aes256-sha256`, `aes128gcm16`: as a configuration writes it. */
export function espSuiteText(suite: EspSuite): string {
  return suite.integrity === undefined ? suite.cipher : `${suite.cipher}-${suite.integrity}`;
}
