import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { type LabAuthorities, labAuthorities, under } from '../lab/certificates.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, lineOf, type PairChanges, play } from '../lab/pair.ts';

interface FragmentCell extends Pick<Cell, 'name' | 'nat'> {
  readonly changes: (authorities: () => Promise<LabAuthorities>) => Promise<PairChanges>;
  /** Whether charon's log has it: that it sent messages in fragments, and that it joined ours. */
  readonly fragments: { readonly sent: boolean; readonly joined: boolean };
}

/** Both sides trust a root and send the authority between along: the fifth and the sixth message are longer than a packet. */
const chain = async (authorities: () => Promise<LabAuthorities>) => {
  const all = await authorities();
  return { ours: { credentials: under(all, all.ours) }, charons: { credentials: under(all, all.theirs) } };
};
const BOTH = { sent: true, joined: true } as const;
const NEITHER = { sent: false, joined: false } as const;

const CELLS: readonly FragmentCell[] = [
  { name: 'a chain of certificates in fragments of IKE', nat: 'none', changes: chain, fragments: BOTH },
  {
    name: 'a chain of certificates in fragments of IKE, through a NAT',
    nat: 'before us',
    changes: chain,
    fragments: BOTH,
  },
  {
    name: 'every longer message in fragments of IKE, those of Quick Mode too',
    nat: 'none',
    changes: async () => ({ ours: { more: { fragmentation: { size: 256 } } }, charons: { fragmentSize: 256 } }),
    fragments: BOTH,
  },
  {
    name: 'a chain of certificates that IP cuts, because we announce no fragments of IKE',
    nat: 'none',
    changes: async (authorities) => {
      const { ours, charons } = await chain(authorities);
      return { ours: { ...ours, more: { fragmentation: { mode: 'off' } } }, charons };
    },
    fragments: NEITHER,
  },
  {
    name: 'a chain of certificates that IP cuts, because charon announces no fragments of IKE',
    nat: 'none',
    changes: async (authorities) => {
      const { ours, charons } = await chain(authorities);
      return { ours, charons: { ...charons, fragmentation: 'no' } };
    },
    fragments: NEITHER,
  },
];

const SUITES = { phase1: ['aes128-sha256-modp2048'], phase2: ['aes128-sha256-modp2048'] } as const;

for (const { name, nat, changes, fragments } of CELLS) {
  for (const we of ['initiator', 'responder'] as const) {
    const cell: Cell = { name, we, nat, ...SUITES };
    interopTest(lineOf(cell), async (lab) => {
      const pair = await buildPair(lab, cell, await changes(() => labAuthorities('rsa2048')));
      await play(cell, pair);
      const log = await pair.charon.log();
      expect({
        sent: /splitting IKE message .* into \d+ fragments/.test(log),
        joined: /reassembled fragmented IKE message/.test(log),
      }).toEqual(fragments);
    });
  }
}
