import { toHex } from '../base/bytes.ts';
import type { CipherName } from '../crypto/ciphers.ts';
import type { GroupName } from '../crypto/groups.ts';
import type { HashName } from '../crypto/hashes.ts';
import type { CryptoProvider } from '../crypto/provider.ts';

/** What a provider was used for: every secret that passed through it, and every IV that it encrypted with. */
export class CryptoWatch {
  /** In hexadecimal. What it holds are the keys of HMACs and ciphers, private values and g^xy. */
  readonly secrets = new Set<string>();
  /** Set by whoever wants the secrets; there are many of them in a long run. */
  keepSecrets = false;
  readonly #plaintexts = new Map<string, string>();
  /** Keys and IVs that encrypted two different messages, as text without the key. */
  readonly reused: string[] = [];

  secret(bytes: Uint8Array): void {
    if (this.keepSecrets) this.secrets.add(toHex(bytes));
  }
  encrypted(cipher: CipherName, key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): void {
    const used = `${cipher} ${toHex(key)} ${toHex(iv)}`;
    const text = toHex(plaintext);
    const before = this.#plaintexts.get(used);
    if (before === undefined) this.#plaintexts.set(used, text);
    else if (before !== text) this.reused.push(`${cipher} with IV ${toHex(iv)}`);
  }
}

/**
 * A provider that does what another does and lets it be watched. Simulations run on the real algorithms: with ecp256 or x25519 a whole
 * negotiation costs under a millisecond, so there is nothing to gain from pretending, and a key that is wrong shows.
 */
export function watchedCrypto(provider: CryptoProvider, watch: CryptoWatch): CryptoProvider {
  return {
    name: `${provider.name}, watched`,
    hash: (hash: HashName, data: Uint8Array) => provider.hash(hash, data),
    hmac(hash: HashName, key: Uint8Array, data: Uint8Array) {
      watch.secret(key);
      return provider.hmac(hash, key, data);
    },
    encryptCbc(cipher: CipherName, key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array) {
      watch.secret(key);
      watch.encrypted(cipher, key, iv, plaintext);
      return provider.encryptCbc(cipher, key, iv, plaintext);
    },
    decryptCbc(cipher: CipherName, key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array) {
      watch.secret(key);
      return provider.decryptCbc(cipher, key, iv, ciphertext);
    },
    publicValue(group: GroupName, privateValue: Uint8Array) {
      watch.secret(privateValue);
      return provider.publicValue(group, privateValue);
    },
    agree(group: GroupName, privateValue: Uint8Array, peerPublic: Uint8Array) {
      watch.secret(privateValue);
      const gxy = provider.agree(group, privateValue, peerPublic);
      watch.secret(gxy);
      return gxy;
    },
    equal: (a: Uint8Array, b: Uint8Array) => provider.equal(a, b),
  };
}
