import type { CipherName } from '../../crypto/ciphers.ts';
import type { EspCipherName } from '../../crypto/esp-transforms.ts';
import { OPENSSL_CBC } from '../../crypto/openssl-names.ts';

type KeyBits = 128 | 192 | 256;
export type CbcName = (typeof OPENSSL_CBC)[CipherName];
export type CtrName = `aes-${KeyBits}-ctr`;
export type GcmName = `aes-${KeyBits}-gcm`;
export type CcmName = `aes-${KeyBits}-ccm`;

/** A cipher that authenticates by itself; `gmac` is GCM that encrypts nothing. */
export type CombinedAlgorithm =
  | { readonly mode: 'gcm' | 'gmac'; readonly name: GcmName }
  | { readonly mode: 'ccm'; readonly name: CcmName };

/** How OpenSSL does a cipher of ESP. */
type Algorithm =
  | { readonly mode: 'cbc'; readonly cipher: CipherName; readonly name: CbcName }
  | { readonly mode: 'ctr'; readonly name: CtrName }
  | CombinedAlgorithm
  | { readonly mode: 'null' };

const cbc = (cipher: CipherName): Algorithm => ({ mode: 'cbc', cipher, name: OPENSSL_CBC[cipher] });
const ctr = (bits: KeyBits): Algorithm => ({ mode: 'ctr', name: `aes-${bits}-ctr` });
const gcm = (bits: KeyBits): Algorithm => ({ mode: 'gcm', name: `aes-${bits}-gcm` });
const ccm = (bits: KeyBits): Algorithm => ({ mode: 'ccm', name: `aes-${bits}-ccm` });
const gmac = (bits: KeyBits): Algorithm => ({ mode: 'gmac', name: `aes-${bits}-gcm` });

/** The lengths of ICVs are not OpenSSL's to know. */
export const ALGORITHMS: Readonly<Record<EspCipherName, Algorithm>> = {
  aes128: cbc('aes128'),
  aes192: cbc('aes192'),
  aes256: cbc('aes256'),
  camellia128: cbc('camellia128'),
  camellia192: cbc('camellia192'),
  camellia256: cbc('camellia256'),
  aes128gcm16: gcm(128),
  aes192gcm16: gcm(192),
  aes256gcm16: gcm(256),
  aes128gcm12: gcm(128),
  aes192gcm12: gcm(192),
  aes256gcm12: gcm(256),
  aes128gcm8: gcm(128),
  aes192gcm8: gcm(192),
  aes256gcm8: gcm(256),
  aes128ccm16: ccm(128),
  aes192ccm16: ccm(192),
  aes256ccm16: ccm(256),
  aes128ccm12: ccm(128),
  aes192ccm12: ccm(192),
  aes256ccm12: ccm(256),
  aes128ccm8: ccm(128),
  aes192ccm8: ccm(192),
  aes256ccm8: ccm(256),
  aes128ctr: ctr(128),
  aes192ctr: ctr(192),
  aes256ctr: ctr(256),
  aes128gmac: gmac(128),
  aes192gmac: gmac(192),
  aes256gmac: gmac(256),
  '3des': cbc('3des'),
  des: cbc('des'),
  null: { mode: 'null' },
};
