import type { CipherName } from '../../crypto/ciphers.ts';
import type { EspCipherName } from '../../crypto/esp-transforms.ts';
import { OPENSSL_CBC } from '../../crypto/openssl-names.ts';

export type CbcName = (typeof OPENSSL_CBC)[CipherName];
export type GcmName = 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm';

/** How OpenSSL does a cipher of ESP. */
type Algorithm =
  | { readonly mode: 'cbc'; readonly cipher: CipherName; readonly name: CbcName }
  | { readonly mode: 'gcm'; readonly name: GcmName }
  | { readonly mode: 'null' };

const cbc = (cipher: CipherName): Algorithm => ({ mode: 'cbc', cipher, name: OPENSSL_CBC[cipher] });
const gcm = (name: GcmName): Algorithm => ({ mode: 'gcm', name });

/** The ICVs of GCM differ in length alone (RFC 4106 §8.3). */
export const ALGORITHMS: Readonly<Record<EspCipherName, Algorithm>> = {
  aes128: cbc('aes128'),
  aes192: cbc('aes192'),
  aes256: cbc('aes256'),
  aes128gcm16: gcm('aes-128-gcm'),
  aes192gcm16: gcm('aes-192-gcm'),
  aes256gcm16: gcm('aes-256-gcm'),
  aes128gcm12: gcm('aes-128-gcm'),
  aes192gcm12: gcm('aes-192-gcm'),
  aes256gcm12: gcm('aes-256-gcm'),
  aes128gcm8: gcm('aes-128-gcm'),
  aes192gcm8: gcm('aes-192-gcm'),
  aes256gcm8: gcm('aes-256-gcm'),
  camellia128: cbc('camellia128'),
  camellia192: cbc('camellia192'),
  camellia256: cbc('camellia256'),
  '3des': cbc('3des'),
  des: cbc('des'),
  null: { mode: 'null' },
};
