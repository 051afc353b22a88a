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
