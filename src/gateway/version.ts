import { createRequire } from 'node:module';

/** Of this package, from its package.json, which lies two folders up from the source and from the built file alike. */
export const VERSION: string = (createRequire(import.meta.url)('../../package.json') as { version: string }).version;
