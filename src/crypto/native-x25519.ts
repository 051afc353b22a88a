import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { concat, fromHex } from '../base/bytes.ts';
import { badPublicValue, requirePublicLength } from './public-value.ts';

/** X25519(a, 9), RFC 7748 §6.1, RFC 8031 §3. */
export function publicValueX25519(privateValue: Uint8Array): Uint8Array {
  const { x = '' } = createPublicKey(privateKey(privateValue)).export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(x, 'base64url'));
}

/** X25519(a, B). INVALID_KEY_INFORMATION where the result is all zero, which a B of small order makes it (RFC 7748 §6.1). */
export function agreeX25519(privateValue: Uint8Array, peerPublic: Uint8Array): Uint8Array {
  requirePublicLength('x25519', peerPublic);
  const publicKey = createPublicKey({ key: { ...JWK, x: base64url(peerPublic) }, format: 'jwk' });
  try {
    return new Uint8Array(diffieHellman({ privateKey: privateKey(privateValue), publicKey }));
  } catch (cause) {
    // OpenSSL makes the check for zero itself, and there is nothing else that it could refuse: every 32 octets are a public value.
    throw badPublicValue('x25519', 'public value of small order', {}, cause);
  }
}

/** Keys go to and fro as JWKs (RFC 8037 §2), which hold the bare octets: OpenSSL 3.0 takes ten times as long as a multiplication to parse DER. */
const JWK = { kty: 'OKP', crv: 'X25519' } as const;

/** The DER in front of the 32 octets of a private key, RFC 8410 §7: the lengths in it never change. */
const PKCS8_PREFIX = fromHex('302e020100300506032b656e04220420');

/**
 * A JWK has to name the public value too, which nobody knows yet. Node 20 to 24 compute it and do not read that field; Node 26 compares, and has
 * an OpenSSL that parses DER quickly.
 */
let privateKey = (value: Uint8Array): KeyObject => {
  privateKey = readsOnlyD() ? fromJwk : fromDer;
  return privateKey(value);
};

function readsOnlyD(): boolean {
  try {
    fromJwk(new Uint8Array(32));
    return true;
  } catch {
    return false;
  }
}

const fromJwk = (value: Uint8Array): KeyObject =>
  createPrivateKey({ key: { ...JWK, d: base64url(value), x: '' }, format: 'jwk' });

/** The key API takes a Buffer where the rest of node:crypto takes any octets. */
const fromDer = (value: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.from(concat(PKCS8_PREFIX, value).buffer), format: 'der', type: 'pkcs8' });

const base64url = (octets: Uint8Array): string =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64url');
