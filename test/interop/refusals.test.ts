import { expect } from 'vitest';
import { ControlError } from '../../src/cli/control-client.ts';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, lineOf, type Pair, type PairChanges } from '../lab/pair.ts';
import type { OurView } from '../lab/sallyport-view.ts';
import { until } from '../lab/until.ts';

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
      const pair = await buildPair(lab, cell, changes);
      const view = await refusal(cell, pair);
      expect(view.failure).toMatchObject({ phase });
      expect(codes[we]).toContain(view.failure?.code);
      expect(view.failure?.advice).toMatch(/\w/);
      expect(view.agreement).toBeUndefined();
      expect((await pair.charon.sas()).flatMap(({ children }) => children)).toEqual([]);
    });
  }
}

/** Begins, sees it fail on the side that began, and gives what our status says. */
async function refusal(cell: Cell, { we, charon }: Pair): Promise<OurView> {
  if (cell.we === 'initiator') await expect(we.up()).rejects.toThrow(ControlError);
  else expect(await charon.initiate()).toMatchObject({ status: 1 });
  return until('our status to tell the failure', () => we.viewWhere(({ failure }) => failure !== undefined));
}
