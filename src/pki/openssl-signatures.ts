import type { Secret } from '../base/secret.ts';
import { methodOfKey, publicKeyKind } from '../crypto/native-keys.ts';
import { rsaSigner, verifyRsa } from '../crypto/native-rsa.ts';
import { type SignatureMethod, SIGNATURE_METHODS, type Signer, type SignatureVerifier } from '../crypto/signatures.ts';
import { ecdsaSigner, verifyEcdsa } from '../linux/openssl-ecdsa.ts';

/** Signatures by OpenSSL: RSA through node:crypto, ECDSA through the functions that Node itself carries. */
export const opensslSignatures: SignatureVerifier = {
  verify(method, publicKey, hash, signature) {
    const spec = SIGNATURE_METHODS[method];
    if (spec.key === 'rsa') return verifyRsa(publicKey, hash, signature);
    // The length first: an empty or all-zero signature was good enough once elsewhere (CVE-2013-2944).
    if (signature.length !== spec.bytes || methodOfKey(publicKeyKind(publicKey)) !== method) return false;
    return verifyEcdsa(publicKey, hash, signature);
  },
};

/** A private key in our own memory, as PKCS #8 DER: OpenSSL reads it for the first signature and has it from then on, and it is wiped. */
export function softwareSigner(method: SignatureMethod, privateKey: Secret): Signer {
  const spec = SIGNATURE_METHODS[method];
  let signing: ((hash: Uint8Array) => Uint8Array) | undefined;
  const begin = (): ((hash: Uint8Array) => Uint8Array) => {
    const octets = privateKey.reveal();
    const sign = spec.key === 'rsa' ? rsaSigner(octets) : ecdsaSigner(octets, spec.bytes / 2);
    privateKey.wipe();
    return sign;
  };
  return { method, sign: (hash) => (signing ??= begin())(hash) };
}
