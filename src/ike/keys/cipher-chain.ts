import { IkeError } from '../../base/errors.ts';
import type { Secret } from '../../base/secret.ts';
import { CIPHERS, type CipherName } from '../../crypto/ciphers.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';

/**
 * The encryption of the messages of one phase 1, or of one message id in phase 2: CBC in which each message starts where the one
 * before ended, whoever sent it (RFC 2409 App. B).
 *
 * A chain never changes. Both operations return the chain for the message after, and the caller keeps it only once it is sure of
 * the message: so bytes that turn out to be garbage, or a retransmission, do not move the IV.
 */
export class CipherChain {
  readonly provider: CryptoProvider;
  readonly cipher: CipherName;
  /** Shared with the other chains of its ISAKMP SA, who owns it. */
  readonly key: Secret;
  /** One block. After the last message of phase 1 it is what `phase2Iv` starts from. */
  readonly iv: Uint8Array;

  constructor(given: Pick<CipherChain, 'provider' | 'cipher' | 'key' | 'iv'>) {
    this.provider = given.provider;
    this.cipher = given.cipher;
    this.key = given.key;
    this.iv = given.iv;
  }

  /**
   * Encrypts a payload chain, padded with zero octets to whole blocks.
   *
   * Unspecified: whether a chain that fills its blocks gets one more block of padding. RFC 2409 App. B only asks for padding to the
   * block, so here it does not; receivers go by the payloads' lengths.
   */
  encrypt(plaintext: Uint8Array): { readonly ciphertext: Uint8Array; readonly next: CipherChain } {
    const { blockBytes } = CIPHERS[this.cipher];
    const padded = new Uint8Array(Math.ceil(plaintext.length / blockBytes) * blockBytes);
    padded.set(plaintext);
    const ciphertext = this.provider.encryptCbc(this.cipher, this.key.reveal(), this.iv, padded);
    return { ciphertext, next: this.#after(ciphertext) };
  }

  /** The plaintext with its padding, whose content is the sender's affair. PAYLOAD_MALFORMED where there are no whole blocks. */
  decrypt(ciphertext: Uint8Array): { readonly plaintext: Uint8Array; readonly next: CipherChain } {
    const { blockBytes } = CIPHERS[this.cipher];
    if (ciphertext.length === 0 || ciphertext.length % blockBytes !== 0) {
      throw new IkeError('PAYLOAD_MALFORMED', { what: 'encrypted body', block: blockBytes, have: ciphertext.length });
    }
    const plaintext = this.provider.decryptCbc(this.cipher, this.key.reveal(), this.iv, ciphertext);
    return { plaintext, next: this.#after(ciphertext) };
  }

  /** The IV is a copy: received ciphertext is a view of a datagram whose buffer others may use again. */
  #after(ciphertext: Uint8Array): CipherChain {
    const iv = ciphertext.length === 0 ? this.iv : ciphertext.slice(-CIPHERS[this.cipher].blockBytes);
    return new CipherChain({ provider: this.provider, cipher: this.cipher, key: this.key, iv });
  }
}
