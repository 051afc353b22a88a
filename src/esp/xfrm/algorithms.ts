import { ESP_CIPHERS, ESP_INTEGRITY, type EspSuite } from '../../crypto/esp-transforms.ts';
import type { EspKeys } from '../sa.ts';
import { aeadAttribute, type Attribute, authAttribute, cryptAttribute } from './attributes.ts';

/** The kernel's names of ciphers, by ESP Transform Identifier (RFC 2407 §4.4.4 and IANA's registry). */
const CIPHERS: Readonly<Record<number, string>> = {
  2: 'cbc(des)',
  3: 'cbc(des3_ede)',
  11: 'ecb(cipher_null)',
  12: 'cbc(aes)',
  13: 'rfc3686(ctr(aes))',
  14: 'rfc4309(ccm(aes))',
  15: 'rfc4309(ccm(aes))',
  16: 'rfc4309(ccm(aes))',
  18: 'rfc4106(gcm(aes))',
  19: 'rfc4106(gcm(aes))',
  20: 'rfc4106(gcm(aes))',
  22: 'cbc(camellia)',
  23: 'rfc4543(gcm(aes))',
};

/** A suite and its keys as the attributes of a state. */
export function algorithmAttributes({ cipher, integrity }: EspSuite, keys: EspKeys): readonly Attribute[] {
  const { transformId, icvBytes } = ESP_CIPHERS[cipher];
  const encryption = { name: CIPHERS[transformId] ?? cipher, key: keys.encryption };
  if (integrity === undefined) return [aeadAttribute(encryption, icvBytes)];
  const { mac, icvBytes: length } = ESP_INTEGRITY[integrity];
  const name = mac === 'aes-xcbc' ? 'xcbc(aes)' : `hmac(${mac})`;
  return [cryptAttribute(encryption), authAttribute({ name, key: keys.integrity }, length)];
}

/** Stand in where the kernel keeps the keys that it has and yet wants to be told some. */
export const KEYS_AS_THEY_ARE: readonly Attribute[] = algorithmAttributes(
  { cipher: 'null', integrity: 'sha1' },
  { encryption: new Uint8Array(), integrity: new Uint8Array(20) },
);
