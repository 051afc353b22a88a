import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { EspSuite } from '../../src/crypto/esp-transforms.ts';

/** The suites that are measured: what is fast, what is usual, what is old. */
export type MeasuredSuite = EspSuite &
  (
    | { readonly cipher: 'aes128gcm16' }
    | { readonly cipher: 'aes256'; readonly integrity: 'sha256' }
    | { readonly cipher: '3des'; readonly integrity: 'sha1' }
  );

/** Encrypts and authenticates, checks and decrypts one packet: the same octets every time, with nothing round it. */
export interface Bare {
  seal(): void;
  open(): void;
}

export const KEY_BYTES = { aes128gcm16: 16, aes256: 32, '3des': 24, sha1: 20, sha256: 32 } as const;
export const IV_BYTES = { aes128gcm16: 12, aes256: 16, '3des': 8 } as const;
/** What GCM authenticates beside the payload: the ESP header (RFC 4106 §5). */
export const AAD_BYTES = 8;
export const TAG_BYTES = 16;

/** Distinct octets: 3DES with equal keys might be refused. */
export const octets = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i + 1);

/** By node:crypto, which makes its contexts anew for each packet. */
export function bareNode(suite: MeasuredSuite, length: number): Bare {
  const [key, iv, data] = [octets(KEY_BYTES[suite.cipher]), octets(IV_BYTES[suite.cipher]), new Uint8Array(length)];
  if (suite.cipher === 'aes128gcm16') return nodeGcm(key, iv, data);
  const name = suite.cipher === 'aes256' ? 'aes-256-cbc' : 'des-ede3-cbc';
  const { integrity } = suite;
  const macKey = octets(KEY_BYTES[integrity]);
  const authenticate = (): unknown => createHmac(integrity, macKey).update(data).digest();
  return {
    seal() {
      const cipher = createCipheriv(name, key, iv).setAutoPadding(false);
      cipher.update(data);
      cipher.final();
      authenticate();
    },
    open() {
      authenticate();
      const decipher = createDecipheriv(name, key, iv).setAutoPadding(false);
      decipher.update(data);
      decipher.final();
    },
  };
}

function nodeGcm(key: Uint8Array, nonce: Uint8Array, data: Uint8Array): Bare {
  const aad = new Uint8Array(AAD_BYTES);
  const seal = (): { readonly sealed: Uint8Array; readonly tag: Uint8Array } => {
    const cipher = createCipheriv('aes-128-gcm', key, nonce);
    cipher.setAAD(aad);
    const sealed = cipher.update(data);
    cipher.final();
    return { sealed, tag: cipher.getAuthTag() };
  };
  const { sealed, tag } = seal();
  return {
    seal,
    open() {
      const decipher = createDecipheriv('aes-128-gcm', key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(aad);
      decipher.setAuthTag(tag);
      decipher.update(sealed);
      decipher.final();
    },
  };
}
