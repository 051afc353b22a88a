import { IkeError } from '../base/errors.ts';
import { CIPHERS, type CipherName } from './ciphers.ts';
import { GROUPS, type GroupName } from './groups.ts';
import { isPrivateValue } from './private-value.ts';

/** INVALID_ARGUMENT unless key, IV and data have lengths that fit the cipher: every provider checks this alike. */
export function requireCbc(cipher: CipherName, key: Uint8Array, iv: Uint8Array, data: Uint8Array): void {
  const { keyBytes, blockBytes } = CIPHERS[cipher];
  if (key.length !== keyBytes)
    throw new IkeError('INVALID_ARGUMENT', { what: 'key', cipher, want: keyBytes, have: key.length });
  if (iv.length !== blockBytes)
    throw new IkeError('INVALID_ARGUMENT', { what: 'IV', cipher, want: blockBytes, have: iv.length });
  if (data.length % blockBytes !== 0) {
    throw new IkeError('INVALID_ARGUMENT', { what: 'whole blocks', cipher, block: blockBytes, have: data.length });
  }
}

/** INVALID_ARGUMENT for a private value that the group cannot have, which is our own mistake. */
export function requirePrivateValue(group: GroupName, value: Uint8Array): void {
  if (isPrivateValue(group, value)) return;
  throw new IkeError('INVALID_ARGUMENT', {
    what: 'private value',
    group,
    want: GROUPS[group].privateBytes,
    have: value.length,
  });
}
