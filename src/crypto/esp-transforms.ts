import { DES_WARNING, TRIPLE_DES_WARNING } from './ciphers.ts';
import { type HashName, MD5_WARNING, SHA1_WARNING } from './hashes.ts';

export interface EspCipherSpec {
  /** ESP Transform Identifier, RFC 2407 §4.4.4 and IANA's registry. */
  readonly transformId: number;
  readonly keyBytes: number;
  /** Octets of KEYMAT after the key that are no key: the salt of GCM (RFC 4106 §8.1) and its like. */
  readonly saltBytes: number;
  /** Length of the IV in each packet. */
  readonly ivBytes: number;
  /**
   * What an IV has to be: for CBC such that nobody can predict it (RFC 3602 §3), for modes over a counter such that it never comes
   * again under one key (RFC 3686 §2.1, RFC 4106 §3.1).
   */
  readonly iv: 'unpredictable' | 'unique' | 'none';
  /** What the padded plaintext is a multiple of; 4 where the cipher does not care (RFC 4303 §2.4). */
  readonly blockBytes: number;
  /** Length of the ICV where the cipher authenticates by itself; 0 where a separate integrity algorithm must. */
  readonly icvBytes: number;
  /** Whether the Key Length attribute must be there. */
  readonly keyLengthAttribute: boolean;
  /** As for the ciphers of phase 1. */
  readonly warning?: string;
}

const CBC = { saltBytes: 0, icvBytes: 0, iv: 'unpredictable' } as const;
const AES_CBC = { ...CBC, transformId: 12, ivBytes: 16, blockBytes: 16, keyLengthAttribute: true } as const;
/** RFC 4312 §4.2. */
const CAMELLIA_CBC = { ...AES_CBC, transformId: 22 } as const;
const DES_CBC = { ...CBC, ivBytes: 8, blockBytes: 8, keyLengthAttribute: false } as const;
const COUNTER = { ivBytes: 8, iv: 'unique', blockBytes: 4, keyLengthAttribute: true } as const;
/** RFC 3686 §5.1: what it calls a nonce lies in KEYMAT where GCM's salt does. It has no ICV. */
const CTR = { ...COUNTER, transformId: 13, saltBytes: 4, icvBytes: 0 } as const;
const GCM = { ...COUNTER, saltBytes: 4 } as const;
/** RFC 4106 §8.3: a transform identifier for each length of the ICV. */
const GCM16 = { ...GCM, transformId: 20, icvBytes: 16 } as const;
const GCM12 = { ...GCM, transformId: 19, icvBytes: 12 } as const;
const GCM8 = {
  ...GCM,
  transformId: 18,
  icvBytes: 8,
  warning: 'has an ICV of 64 bits, and each forgery that gets through makes the next one easier',
} as const;

/** RFC 4309 §7: the nonce is an octet shorter than GCM's, and so is the salt. */
const CCM = { ...COUNTER, saltBytes: 3 } as const;
const CCM16 = { ...CCM, transformId: 16, icvBytes: 16 } as const;
const CCM12 = { ...CCM, transformId: 15, icvBytes: 12 } as const;
const CCM8 = { ...CCM, transformId: 14, icvBytes: 8 } as const;
const ENCRYPTS_NOTHING = 'encrypts nothing: everybody on the way can read the packets';
/** RFC 4543 §5: GCM's ICV over a packet that stays readable; 23 is its number in IKEv1. */
const GMAC = { ...GCM, transformId: 23, icvBytes: 16, warning: ENCRYPTS_NOTHING } as const;

/** What encrypts ESP. The key of a combined algorithm is `keyBytes`, its KEYMAT `keyBytes + saltBytes`. */
export const ESP_CIPHERS = {
  aes128: { ...AES_CBC, keyBytes: 16 },
  aes192: { ...AES_CBC, keyBytes: 24 },
  aes256: { ...AES_CBC, keyBytes: 32 },
  aes128gcm16: { ...GCM16, keyBytes: 16 },
  aes192gcm16: { ...GCM16, keyBytes: 24 },
  aes256gcm16: { ...GCM16, keyBytes: 32 },
  aes128gcm12: { ...GCM12, keyBytes: 16 },
  aes192gcm12: { ...GCM12, keyBytes: 24 },
  aes256gcm12: { ...GCM12, keyBytes: 32 },
  aes128ccm16: { ...CCM16, keyBytes: 16 },
  aes192ccm16: { ...CCM16, keyBytes: 24 },
  aes256ccm16: { ...CCM16, keyBytes: 32 },
  aes128ccm12: { ...CCM12, keyBytes: 16 },
  aes192ccm12: { ...CCM12, keyBytes: 24 },
  aes256ccm12: { ...CCM12, keyBytes: 32 },
  aes128ccm8: { ...CCM8, keyBytes: 16 },
  aes192ccm8: { ...CCM8, keyBytes: 24 },
  aes256ccm8: { ...CCM8, keyBytes: 32 },
  aes128ctr: { ...CTR, keyBytes: 16 },
  aes192ctr: { ...CTR, keyBytes: 24 },
  aes256ctr: { ...CTR, keyBytes: 32 },
  aes128gcm8: { ...GCM8, keyBytes: 16 },
  aes192gcm8: { ...GCM8, keyBytes: 24 },
  aes256gcm8: { ...GCM8, keyBytes: 32 },
  camellia128: { ...CAMELLIA_CBC, keyBytes: 16 },
  camellia192: { ...CAMELLIA_CBC, keyBytes: 24 },
  camellia256: { ...CAMELLIA_CBC, keyBytes: 32 },
  '3des': { ...DES_CBC, transformId: 3, keyBytes: 24, warning: TRIPLE_DES_WARNING },
  des: { ...DES_CBC, transformId: 2, keyBytes: 8, warning: DES_WARNING },
  aes128gmac: { ...GMAC, keyBytes: 16 },
  aes192gmac: { ...GMAC, keyBytes: 24 },
  aes256gmac: { ...GMAC, keyBytes: 32 },
  /** RFC 2410: no key, no IV, nothing hidden; the integrity algorithm beside it still proves who sent a packet. */
  null: {
    transformId: 11,
    keyBytes: 0,
    saltBytes: 0,
    ivBytes: 0,
    iv: 'none',
    blockBytes: 4,
    icvBytes: 0,
    keyLengthAttribute: false,
    warning: ENCRYPTS_NOTHING,
  },
} as const satisfies Record<string, EspCipherSpec>;

export type EspCipherName = keyof typeof ESP_CIPHERS;

export interface EspIntegritySpec {
  /** Authentication Algorithm attribute value, RFC 2407 §4.5 and IANA's registry. */
  readonly attributeValue: number;
  /** The hash that HMAC is made with; AES-XCBC-MAC is no HMAC (RFC 3566). */
  readonly mac: HashName | 'aes-xcbc';
  readonly keyBytes: number;
  /** Length of the truncated MAC in each packet (RFC 2403, RFC 2404, RFC 3566 §4, RFC 4868 §2.6). */
  readonly icvBytes: number;
  /** As for the ciphers of phase 1. */
  readonly warning?: string;
}

/** What authenticates ESP where the cipher does not. */
export const ESP_INTEGRITY = {
  sha256: { attributeValue: 5, mac: 'sha256', keyBytes: 32, icvBytes: 16 },
  sha384: { attributeValue: 6, mac: 'sha384', keyBytes: 48, icvBytes: 24 },
  sha512: { attributeValue: 7, mac: 'sha512', keyBytes: 64, icvBytes: 32 },
  aesxcbc: { attributeValue: 9, mac: 'aes-xcbc', keyBytes: 16, icvBytes: 12 },
  sha1: { attributeValue: 2, mac: 'sha1', keyBytes: 20, icvBytes: 12, warning: SHA1_WARNING },
  md5: { attributeValue: 1, mac: 'md5', keyBytes: 16, icvBytes: 12, warning: MD5_WARNING },
  /** Interop: what came before RFC 4868 (draft-ietf-ipsec-ciph-sha-256-00) under the same number; old Linux kernels and who copied them. */
  sha256_96: {
    attributeValue: 5,
    mac: 'sha256',
    keyBytes: 32,
    icvBytes: 12,
    warning: 'is cut to 96 bits, as no RFC has it: only for peers that cut it so too, which nobody negotiates',
  },
} as const satisfies Record<string, EspIntegritySpec>;

export type EspIntegrityName = keyof typeof ESP_INTEGRITY;

/** The algorithms of one ESP SA. `integrity` is absent exactly where the cipher has an ICV of its own. */
export interface EspSuite {
  readonly cipher: EspCipherName;
  readonly integrity?: EspIntegrityName;
  /** Present where sequence numbers have 64 bits (RFC 4304). */
  readonly esn?: true;
}

/** `aes256-sha256`, `aes128gcm16-esn`: as a configuration writes it. */
export function espSuiteText({ cipher, integrity, esn }: EspSuite): string {
  return [cipher, ...(integrity === undefined ? [] : [integrity]), ...(esn === true ? ['esn'] : [])].join('-');
}
