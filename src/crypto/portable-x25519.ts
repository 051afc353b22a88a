import { isZero } from '../base/bytes.ts';
import { nacl } from './portable-libraries.ts';
import { badPublicValue, requirePublicLength } from './public-value.ts';

/** X25519(a, 9), RFC 7748 §6.1, RFC 8031 §3. */
export const publicValueX25519 = (privateValue: Uint8Array): Uint8Array => nacl().scalarMult.base(privateValue);

/** X25519(a, B). INVALID_KEY_INFORMATION where the result is all zero, which a B of small order makes it (RFC 7748 §6.1). */
export function agreeX25519(privateValue: Uint8Array, peerPublic: Uint8Array): Uint8Array {
  requirePublicLength('x25519', peerPublic);
  const secret = nacl().scalarMult(privateValue, peerPublic);
  if (isZero(secret)) throw badPublicValue('x25519', 'public value of small order');
  return secret;
}
