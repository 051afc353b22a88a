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
  /** What either side has, in our words. */
  readonly says: Readonly<Record<Cell['we'], object>>;
}

const containing = (text: string): unknown => expect.stringContaining(text);

const both = (...codes: readonly string[]): Refusal['codes'] => ({ initiator: codes, responder: codes });

const REFUSALS: readonly Refusal[] = [
  {
    what: 'different pre-shared keys',
    changes: { charons: { psk: 'another secret', patience: 3 } },
    phase: 1,
    codes: both('PSK_MISMATCH_LIKELY'),
    says: {
      // As it comes to be on port 500 or 4500, its complaint under another key reaches us or not.
      initiator: {
        ours: 'the fifth message of Main Mode, the first that is encrypted',
        theirs: expect.stringMatching(
          /^answers until then, and none to it: |^a message that does not decrypt under our key: /,
        ),
      },
      responder: {
        ours: 'every pre-shared key for this peer tried',
        theirs: 'a fifth message of Main Mode that does not decrypt',
      },
    },
  },
  {
    what: 'no common proposal of phase 1',
    changes: { charons: { proposals: 'aes256-sha512-modp3072' } },
    phase: 1,
    codes: both('NO_PROPOSAL_CHOSEN'),
    says: {
      initiator: { saidBy: 'peer', ours: 'aes128-sha256-ecp256' },
      responder: {
        issues: [
          'we allow aes128-sha256-ecp256',
          containing('group modp3072'),
          containing('nearest is transform 1 to'),
        ],
      },
    },
  },
  {
    what: 'no common proposal of phase 2',
    changes: { charons: { espProposals: 'aes256-sha512' } },
    phase: 2,
    codes: both('NO_PROPOSAL_CHOSEN'),
    says: {
      initiator: { saidBy: 'peer', ours: 'aes128gcm16' },
      responder: {
        issues: ['we allow aes128gcm16', containing('integrity sha512'), containing('nearest is proposal')],
      },
    },
  },
  {
    what: 'networks that differ',
    changes: { charons: { localNetwork: '10.9.0.0/24' } },
    phase: 2,
    codes: both('INVALID_ID_INFORMATION'),
    says: {
      initiator: { saidBy: 'peer', ours: expect.stringMatching(/^local 10\.\S+, remote 10\.\S+$/) },
      responder: { issues: [containing('remote 10.9.0.0/24'), containing('remote 10.9.0.0/24 asked, we have 10.')] },
    },
  },
  {
    what: 'an identity that we do not expect',
    changes: { charons: { localId: '@somebody.example.org' } },
    phase: 1,
    codes: both('AUTHENTICATION_FAILED'),
    says: {
      initiator: { theirs: '@somebody.example.org', ours: '@charon.example.org' },
      responder: { theirs: '@somebody.example.org', ours: '@charon.example.org' },
    },
  },
];

for (const { what, changes, phase, codes, says } of REFUSALS) {
  for (const we of ['initiator', 'responder'] as const) {
    const cell: Cell = { name: what, we, ...SUITES };
    interopTest(lineOf(cell), async (lab) => {
      const { failure } = await refused(cell, await buildPair(lab, cell, changes));
      expect(failure).toMatchObject({ phase });
      expect(codes[we]).toContain(failure?.code);
      expect(failure?.details).toMatchObject(says[we]);
    });
  }
}
