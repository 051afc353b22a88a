import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { concat, fromHex } from '../base/bytes.ts';
import { badPublicValue, requirePublicLength } from './public-value.ts';

/** The DER in front of the 32 octets of a key, RFC 8410 §4 and §7: the lengths in it never change. */
const SPKI_PREFIX = fromHex('302a300506032b656e032100');
const PKCS8_PREFIX = fromHex('302e020100300506032b656e04220420');

/** X25519(a, 9), RFC 7748 §6.1, RFC 8031 §3. */
export function publicValueX25519(privateValue: Uint8Array): Uint8Array {
  // As a JWK because writing DER takes OpenSSL 3.0 a hundred times as long.
  const { x = '' } = createPublicKey(privateKey(privateValue)).export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(x, 'base64url'));
}

/** X25519(a, B). INVALID_KEY_INFORMATION where the result is all zero, which a B of small order makes it (RFC 7748 §6.1). */
export function agreeX25519(privateValue: Uint8Array, peerPublic: Uint8Array): Uint8Array {
  requirePublicLength('x25519', peerPublic);
  const publicKey = createPublicKey({ key: der(SPKI_PREFIX, peerPublic), format: 'der', type: 'spki' });
  try {
    return new Uint8Array(diffieHellman({ privateKey: privateKey(privateValue), publicKey }));
  } catch (cause) {
    // OpenSSL makes the check for zero itself, and there is nothing else that it could refuse: every 32 octets are a public value.
    throw badPublicValue('x25519', 'public value of small order', {}, cause);
  }
}

/** Not by way of a JWK, which is quicker on Node 20: it must name the public value too, and Node 26 checks that. */
function privateKey(value: Uint8Array): KeyObject {
  return createPrivateKey({ key: der(PKCS8_PREFIX, value), format: 'der', type: 'pkcs8' });
}

/** The key API takes a Buffer where the rest of node:crypto takes any octets. */
function der(prefix: Uint8Array, key: Uint8Array): Buffer {
  return Buffer.from(concat(prefix, key).buffer);
}
