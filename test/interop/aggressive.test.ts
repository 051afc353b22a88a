import { expect } from 'vitest';
import { ControlError } from '../../src/client/control-client.ts';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, lineOf, type PairChanges, play } from '../lab/pair.ts';
import { until } from '../lab/until.ts';

const OURS = { exchange: 'aggressive' } as const;
const CHARONS = { aggressive: 'yes' } as const;
const AGGRESSIVE: PairChanges = { ours: OURS, charons: CHARONS };
const NAME = 'Aggressive Mode';
const ROLES = ['initiator', 'responder'] as const;

const CELLS: readonly Cell[] = [
  { name: NAME, we: 'initiator', phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' },
  { name: NAME, we: 'responder', phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' },
  {
    name: NAME,
    we: 'initiator',
    phase1: ['aes256-sha256-modp2048'],
    phase2: ['aes256-sha256-modp2048'],
    nat: 'before us',
  },
  {
    name: NAME,
    we: 'responder',
    phase1: ['aes256-sha256-modp2048'],
    phase2: ['aes256-sha256-modp2048'],
    nat: 'before us',
  },
  {
    name: NAME,
    we: 'initiator',
    phase1: ['aes256-sha512-x25519'],
    phase2: ['aes256gcm16-x25519'],
    nat: 'before charon',
  },
  {
    name: NAME,
    we: 'responder',
    phase1: ['aes256-sha512-x25519'],
    phase2: ['aes256gcm16-x25519'],
    nat: 'before charon',
  },
  { name: NAME, we: 'initiator', phase1: ['3des-sha1-modp1024'], phase2: ['3des-sha1'], nat: 'none' },
  { name: NAME, we: 'responder', phase1: ['3des-sha1-modp1024'], phase2: ['3des-sha1'], nat: 'before us' },
];

for (const cell of CELLS) {
  interopTest(lineOf(cell), async (lab) => play(cell, await buildPair(lab, cell, AGGRESSIVE)));
}

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' } as const;

/** A packet on the NAT-T port, where charon's ESP moves everything to: UDP, the marker, and in the ISAKMP header exchange 4 with the E bit. */
const THIRD_MESSAGE = 'udp dport 4500 @th,240,16 0x0401';

/**
 * Only where we begin: charon sends its last request again when the second message comes again, so a third message of its own that is lost
 * costs it the attempt.
 */
const LOST: Cell = { name: `${NAME}, the third message lost twice`, we: 'initiator', ...SUITES };
interopTest(lineOf(LOST), async (lab) => {
  const pair = await buildPair(lab, LOST, AGGRESSIVE);
  const table = `table ip third {
  chain between {
    type filter hook forward priority -10;
    ${THIRD_MESSAGE} numgen inc mod 1000 vmap { 0 : drop, 1 : drop }
  }
}
`;
  await pair.network.router.nft(table);
  await play(LOST, pair);
});

interface Refusal {
  readonly what: string;
  readonly changes: PairChanges;
  readonly codes: Readonly<Record<Cell['we'], string>>;
}

const REFUSALS: readonly Refusal[] = [
  {
    what: 'different pre-shared keys',
    changes: { ours: OURS, charons: { ...CHARONS, psk: 'another secret', patience: 3 } },
    codes: { initiator: 'PSK_MISMATCH_LIKELY', responder: 'PSK_MISMATCH_LIKELY' },
  },
  {
    what: 'an identity that we do not expect',
    changes: { ours: OURS, charons: { ...CHARONS, localId: '@somebody.example.org', patience: 3 } },
    codes: { initiator: 'AUTHENTICATION_FAILED', responder: 'AUTHENTICATION_FAILED' },
  },
  {
    what: 'Main Mode, and we say aggressive',
    changes: { ours: OURS, charons: { patience: 3 } },
    codes: { initiator: '', responder: 'EXCHANGE_NOT_ALLOWED' },
  },
  {
    what: 'Aggressive Mode, and we say main',
    changes: { charons: { ...CHARONS, patience: 3 } },
    codes: { initiator: '', responder: 'EXCHANGE_NOT_ALLOWED' },
  },
];

for (const { what, changes, codes } of REFUSALS) {
  for (const we of ROLES) {
    const code = codes[we];
    if (code === '') continue;
    const cell: Cell = { name: `${NAME}: ${what}`, we, ...SUITES };
    interopTest(lineOf(cell), async (lab) => {
      const pair = await buildPair(lab, cell, changes);
      if (we === 'initiator') await expect(pair.we.up()).rejects.toThrow(ControlError);
      else expect(await pair.charon.initiate()).toMatchObject({ status: 1 });
      const { failure, agreement } = await until('our status to tell the failure', () =>
        pair.we.viewWhere(({ failure: told }) => told !== undefined),
      );
      expect(failure).toMatchObject({ phase: 1, code });
      expect(agreement).toBeUndefined();
      expect((await pair.charon.sas()).filter(({ state }) => state === 'ESTABLISHED')).toEqual([]);
    });
  }
}
