import { createECDH } from 'node:crypto';
import { concat } from '../base/bytes.ts';
import type { EcpName } from './groups.ts';
import { badPublicValue, requirePublicLength } from './public-value.ts';

const CURVE_NAMES = {
  ecp256: 'prime256v1',
  ecp384: 'secp384r1',
  ecp521: 'secp521r1',
} as const satisfies Record<EcpName, string>;

/** In front of x | y in an uncompressed point (SEC 1 §2.3.3); a KE payload goes without it (RFC 5903 §7). */
const UNCOMPRESSED = Uint8Array.of(4);

/** x | y of the point d·G, each coordinate as long as the field (RFC 5903 §7). */
export function publicValueEcp(group: EcpName, privateValue: Uint8Array): Uint8Array {
  const ecdh = createECDH(CURVE_NAMES[group]);
  ecdh.setPrivateKey(privateValue);
  return new Uint8Array(ecdh.getPublicKey().subarray(1));
}

/** The x coordinate of d·Q (RFC 5903 §7, erratum 2409); INVALID_KEY_INFORMATION where Q is not a point of the curve. */
export function agreeEcp(group: EcpName, privateValue: Uint8Array, peerPublic: Uint8Array): Uint8Array {
  requirePublicLength(group, peerPublic);
  const ecdh = createECDH(CURVE_NAMES[group]);
  ecdh.setPrivateKey(privateValue);
  try {
    // OpenSSL checks that both coordinates are in the field and on the curve; infinity has no such form (RFC 6989 §2.3).
    return new Uint8Array(ecdh.computeSecret(concat(UNCOMPRESSED, peerPublic)));
  } catch (cause) {
    throw badPublicValue(group, 'not a point of the curve', {}, cause);
  }
}
