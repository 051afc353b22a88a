import { coveringRows } from './covering.ts';
import type { Cell } from './cells.ts';

/**
 * What is varied around the first phase; the algorithms have a matrix of their own. Exchange and proof are one factor, because Aggressive
 * Mode has no certificates yet.
 */
export const DESIGN_FACTORS = {
  proof: [
    'main, psk',
    'aggressive, psk',
    'main, rsa2048',
    'main, p256',
    'main, p384',
    'main, psk, XAUTH',
    'aggressive, psk, XAUTH',
    'main, rsa2048, XAUTH',
  ],
  suites: [
    'aes128-sha256-ecp256 aes128gcm16',
    'aes256-sha256-modp2048 aes256-sha256-modp2048',
    '3des-sha1-modp1536 3des-sha1',
  ],
  nat: ['none', 'before us', 'before charon', 'before both'],
  we: ['initiator', 'responder'],
} as const;

export interface DesignCell extends Cell {
  readonly proof: (typeof DESIGN_FACTORS.proof)[number];
}

const VALUES: readonly (readonly string[])[] = Object.values(DESIGN_FACTORS);

/** Every value of each factor with every value of each other one. */
export const DESIGN: readonly DesignCell[] = coveringRows(VALUES.map(({ length }) => length)).map((row) => {
  const chosen = <T extends string>(values: readonly T[]): T => {
    const value = values[row[VALUES.indexOf(values)] ?? -1];
    if (value === undefined) throw new Error(`no value in ${values.join()} for row ${row.join()}`);
    return value;
  };
  const proof = chosen(DESIGN_FACTORS.proof);
  const [phase1 = '', phase2 = ''] = chosen(DESIGN_FACTORS.suites).split(' ');
  return {
    name: `design: ${proof}`,
    proof,
    ...{ we: chosen(DESIGN_FACTORS.we), nat: chosen(DESIGN_FACTORS.nat), phase1: [phase1], phase2: [phase2] },
  };
});

/** What a cell has of each factor. */
export const choicesOf = ({ proof, phase1, phase2, nat, we }: DesignCell): readonly string[] => [
  ...[proof, `${phase1.join()} ${phase2.join()}`, nat, we],
];

/** The first cells with which every value has been met once: what runs each time. All of them take minutes. */
export function smokeOf(cells: readonly DesignCell[]): readonly DesignCell[] {
  const met = new Set<string>();
  return cells.filter((cell) => {
    const fresh = choicesOf(cell).filter((value) => !met.has(value));
    for (const value of fresh) met.add(value);
    return fresh.length > 0;
  });
}
