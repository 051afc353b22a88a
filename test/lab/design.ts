import { coveringRows } from './covering.ts';
import type { Cell } from './cells.ts';

/**
 * What is varied around the first phase; each algorithm on its own has the matrix. Exchange and proof are one factor: what Aggressive Mode
 * can be proved with is not all that Main Mode can. Where something is new, it is a value more here.
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
    'main, rsa2048, Hybrid',
    'aggressive, rsa2048, Hybrid',
  ],
  suites: [
    'aes128-sha256-ecp256 aes128gcm16',
    'aes256-sha256-modp2048 aes256-sha256-modp2048',
    '3des-sha1-modp1536 3des-sha1',
    'aes256-sha384-ecp384 aes256gcm16-ecp384',
    'aes128-sha1-modp1024 aes128-sha1',
    'aes192-sha512-modp3072 aes192-sha512',
    'aes256-sha512-ecp521 aes256gcm16-ecp521',
    'aes128-sha256-x25519 aes128ccm16-x25519',
    'camellia256-sha256-modp2048 camellia256-sha256',
    'aes128-md5-modp1024 aes128-md5',
    'aes256-sha256-modp4096 aes128ctr-sha256',
    'aes128-sha256-modp2048 aes256-sha512',
  ],
  nat: ['none', 'before us', 'before charon', 'before both'],
  we: ['initiator', 'responder'],
  /** Mode Config, where whoever begins gets an address. */
  address: ['its own address', 'pull', 'push'],
} as const;

export interface DesignCell extends Cell {
  readonly proof: (typeof DESIGN_FACTORS.proof)[number];
  readonly address: (typeof DESIGN_FACTORS.address)[number];
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
  const address = chosen(DESIGN_FACTORS.address);
  return {
    name: `design: ${proof}${address === 'its own address' ? '' : `, ${address}`}`,
    ...{ proof, address },
    ...{ we: chosen(DESIGN_FACTORS.we), nat: chosen(DESIGN_FACTORS.nat), phase1: [phase1], phase2: [phase2] },
  };
});

/** What a cell has of each factor. */
export const choicesOf = ({ proof, phase1, phase2, nat, we, address }: DesignCell): readonly string[] => [
  ...[proof, `${phase1.join()} ${phase2.join()}`, nat, we, address],
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
