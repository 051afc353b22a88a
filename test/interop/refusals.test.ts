import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, lineOf, type PairChanges } from '../lab/pair.ts';
import { refused } from '../lab/refused.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' } as const;

interface Refusal {
  readonly what: string;
  readonly changes: PairChanges;
  readonly phase: 1 | 2;
  /** Either is right, where the two roles learn different things. */
  readonly codes: Readonly<Record<Cell['we'], readonly string[]>>;
}

const both = (...codes: readonly string[]): Refusal['codes'] => ({ initiator: codes, responder: codes });

const REFUSALS: readonly Refusal[] = [
  {
    what: 'different pre-shared keys',
    changes: { charons: { psk: 'another secret', patience: 3 } },
    phase: 1,
    codes: both('PSK_MISMATCH_LIKELY', 'AUTHENTICATION_FAILED'),
  },
  {
    what: 'no common proposal of phase 1',
    changes: { charons: { proposals: 'aes256-sha512-modp3072' } },
    phase: 1,
    codes: both('NO_PROPOSAL_CHOSEN'),
  },
  {
    what: 'no common proposal of phase 2',
    changes: { charons: { espProposals: 'aes256-sha512' } },
    phase: 2,
    codes: both('NO_PROPOSAL_CHOSEN'),
  },
  {
    what: 'networks that differ',
    changes: { charons: { localNetwork: '10.9.0.0/24' } },
    phase: 2,
    codes: both('INVALID_ID_INFORMATION'),
  },
  {
    what: 'an identity that we do not expect',
    changes: { charons: { localId: '@somebody.example.org' } },
    phase: 1,
    codes: both('AUTHENTICATION_FAILED'),
  },
];

for (const { what, changes, phase, codes } of REFUSALS) {
  for (const we of ['initiator', 'responder'] as const) {
    const cell: Cell = { name: what, we, ...SUITES };
    interopTest(lineOf(cell), async (lab) => {
      const { failure } = await refused(cell, await buildPair(lab, cell, changes));
      expect(failure).toMatchObject({ phase });
      expect(codes[we]).toContain(failure?.code);
    });
  }
}
