import type { Secret } from '../base/secret.ts';

/** What is known of one ISAKMP SA. Any of it may be enough; with more of it, more can be verified. */
export interface KnownSaKeys {
  /** Before those that are tried for every SA. */
  readonly psk?: Secret;
  /** The Diffie-Hellman secret of phase 1, as long as the group says. */
  readonly gxy?: Secret;
  /** The private Diffie-Hellman value of either side. */
  readonly privateValue?: Secret;
  /** RFC 2409 §5: the encryption key comes from it. */
  readonly skeyidE?: Secret;
  /** Ka of RFC 2409 App. B, as long as the cipher's key. */
  readonly encryptionKey?: Secret;
}

/** What the messages of a capture are decrypted and verified with. */
export interface KnownKeys {
  /** Tried for each SA that authenticates with a pre-shared key. */
  readonly psks: readonly Secret[];
  /** By the initiator's cookie in lower-case hexadecimal. */
  readonly sas: ReadonlyMap<string, KnownSaKeys>;
}

export const NO_KEYS: KnownKeys = { psks: [], sas: new Map() };
