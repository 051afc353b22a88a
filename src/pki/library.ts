import { createRequire } from 'node:module';
import type * as X509 from '@peculiar/x509';

let loaded: typeof X509 | undefined;

/** Loaded when the first certificate is read: the import takes 150 ms, and a gateway with pre-shared keys reads none. */
export function x509(): typeof X509 {
  if (loaded === undefined) {
    const load = createRequire(import.meta.url);
    // It registers its classes through this one, and does not bring it.
    load('reflect-metadata');
    loaded = load('@peculiar/x509') as typeof X509;
  }
  return loaded;
}

/** A tree of ASN.1 as node-forge has it; only handed back to it. */
export type ForgeAsn1 = object;

/** What is used of node-forge; octets are strings of characters 0 to 255 there. */
export interface Forge {
  readonly asn1: {
    fromDer(bytes: string, options?: { readonly strict: boolean }): ForgeAsn1;
    toDer(tree: ForgeAsn1): { bytes(): string };
  };
  readonly pki: {
    certificateToAsn1(certificate: object): ForgeAsn1;
    privateKeyToAsn1(key: object): ForgeAsn1;
    wrapRsaPrivateKey(key: ForgeAsn1): ForgeAsn1;
  };
  readonly pkcs12: {
    pkcs12FromAsn1(tree: ForgeAsn1, strict: boolean, password: string): { readonly safeContents: readonly ForgeSafe[] };
  };
}
interface ForgeSafe {
  readonly safeBags: readonly ForgeBag[];
}
export interface ForgeBag {
  /** OID of the kind of bag, RFC 7292 §4.2. */
  readonly type: string;
  /** What forge could read of an RSA key or certificate; else the tree is in `asn1`. */
  readonly key?: object | null;
  readonly cert?: object | null;
  readonly asn1?: ForgeAsn1;
}

/** Loaded when the first PKCS #12 file is read; the import takes 54 ms. */
export const forge = (): Forge => createRequire(import.meta.url)('node-forge') as Forge;
