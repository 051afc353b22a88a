import { createRequire } from 'node:module';

/** Of this package, which knows itself by its name wherever this file lies, as source or built. */
export const VERSION: string = (createRequire(import.meta.url)('sallyport/package.json') as { version: string })
  .version;
