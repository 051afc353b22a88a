import type { Cell } from './cells.ts';
import { coveringRows } from './covering.ts';

/** What is varied. Both phases have their own cipher and hash; with PFS, phase 2 has the group of phase 1. */
export const FACTORS = {
  cipher: ['aes128', 'aes256', '3des'],
  hash: ['sha1', 'sha256', 'sha512'],
  group: ['modp1024', 'modp1536', 'modp2048', 'modp3072', 'modp4096', 'ecp256', 'ecp384', 'x25519'],
  espCipher: ['aes128', 'aes256', '3des'],
  espHash: ['sha1', 'sha256', 'sha512'],
  pfs: ['without', 'with'],
  we: ['initiator', 'responder'],
  nat: ['none', 'before us', 'before charon'],
  charonEsp: ['userspace', 'kernel'],
} as const;

const VALUES: readonly (readonly string[])[] = Object.values(FACTORS);

/**
 * Every value of each factor with every value of each other one. The product of all would be fifteen thousand cells; faults that
 * need three values at once are rare, and the cells that were thought of by hand (`cells.ts`) stand beside these.
 */
export const MATRIX: readonly Cell[] = coveringRows(VALUES.map(({ length }) => length)).map((row, i) => {
  const chosen = <T extends string>(values: readonly T[]): T => {
    const value = values[row[VALUES.indexOf(values)] ?? -1];
    if (value === undefined) throw new Error(`no value in ${values.join()} for row ${row.join()}`);
    return value;
  };
  const group = chosen(FACTORS.group);
  const esp = `${chosen(FACTORS.espCipher)}-${chosen(FACTORS.espHash)}`;
  return {
    name: `matrix ${String(i + 1).padStart(2, '0')}`,
    we: chosen(FACTORS.we),
    phase1: [`${chosen(FACTORS.cipher)}-${chosen(FACTORS.hash)}-${group}`],
    phase2: [chosen(FACTORS.pfs) === 'with' ? `${esp}-${group}` : esp],
    nat: chosen(FACTORS.nat),
    charonEsp: chosen(FACTORS.charonEsp),
  };
});
