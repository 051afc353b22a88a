import { createRequire } from 'node:module';
import type * as BigIntegers from 'bigint-crypto-utils';
import type * as Forge from 'node-forge';
import type * as NaCl from 'tweetnacl';

const load = (name: string): unknown => createRequire(import.meta.url)(name);

/** What the portable provider stands on, loaded at its first use: the three take longer to import than all of ours. */
export const bigIntegers = (): typeof BigIntegers => load('bigint-crypto-utils') as typeof BigIntegers;
export const forge = (): typeof Forge => load('node-forge') as typeof Forge;
export const nacl = (): typeof NaCl => load('tweetnacl') as typeof NaCl;
