import { expect } from 'vitest';
import { ControlError } from '../../src/client/control-client.ts';
import { asAuthority, authority, type KeyName } from '../pki/authority.ts';
import type { Cell } from '../lab/cells.ts';
import { labAuthorities, issueTo, pinning, under } from '../lab/certificates.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, CHARON_ID, lineOf, type PairChanges, play } from '../lab/pair.ts';
import { until } from '../lab/until.ts';

const ALICE = { name: 'alice', secret: 'down the rabbit hole' };
const OURS = { exchange: 'aggressive' } as const;
const CHARONS = { aggressive: 'yes' } as const;
const NAME = 'Aggressive Mode with certificates';
const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'] } as const;
const ROLES = ['initiator', 'responder'] as const;

const CELLS: readonly (Pick<Cell, 'name' | 'nat'> & { readonly key: KeyName; readonly phase1?: string })[] = [
  { name: `${NAME}, RSA of 2048 bits`, key: 'rsa2048', nat: 'none' },
  { name: `${NAME}, RSA of 4096 bits`, key: 'rsa4096', nat: 'before us', phase1: 'aes256-sha256-modp2048' },
  { name: `${NAME}, P-256`, key: 'p256', nat: 'before charon' },
  { name: `${NAME}, P-384`, key: 'p384', nat: 'none', phase1: 'aes256-sha512-x25519' },
  { name: `${NAME}, P-521`, key: 'p521', nat: 'none' },
];

for (const { key, phase1, ...given } of CELLS) {
  for (const we of ROLES) {
    const cell: Cell = { ...given, we, ...SUITES, ...(phase1 === undefined ? {} : { phase1: [phase1] }) };
    interopTest(lineOf(cell), async (lab) => {
      const authorities = await labAuthorities(key);
      const pair = await buildPair(lab, cell, {
        ours: { ...OURS, credentials: under(authorities, authorities.ours) },
        charons: { ...CHARONS, credentials: under(authorities, authorities.theirs) },
      });
      await play(cell, pair);
    });
  }
}

for (const we of ROLES) {
  const pinned: Cell = { name: `${NAME}, each other's, pinned`, we, nat: 'none', ...SUITES };
  interopTest(lineOf(pinned), async (lab) => {
    const { ours, theirs } = await labAuthorities('rsa2048');
    const pair = await buildPair(lab, pinned, {
      ours: { ...OURS, credentials: pinning(ours, theirs.certificate) },
      charons: { ...CHARONS, credentials: pinning(theirs, ours.certificate) },
    });
    await play(pinned, pair);
  });

  const user: Cell = { name: 'XAUTH with RSA signatures, Aggressive Mode', we, nat: 'none', ...SUITES };
  interopTest(lineOf(user), async (lab) => {
    const authorities = await labAuthorities('rsa2048');
    const asked: PairChanges =
      we === 'initiator'
        ? { ours: { user: ALICE.name, accounts: [ALICE] }, charons: { user: { side: 'remote', ...ALICE } } }
        : { ours: { users: [ALICE.name], accounts: [ALICE] }, charons: { user: { side: 'local', ...ALICE } } };
    const pair = await buildPair(lab, user, {
      ours: { ...OURS, ...asked.ours, credentials: under(authorities, authorities.ours) },
      charons: { ...CHARONS, ...asked.charons, credentials: under(authorities, authorities.theirs) },
    });
    await play(user, pair);
  });

  const stranger: Cell = { name: `${NAME}: of an authority that we do not know`, we, nat: 'none', ...SUITES };
  interopTest(lineOf(stranger), async (lab) => {
    const authorities = await labAuthorities('p256');
    const other = await authority({ subject: 'C=CH, O=Other, CN=Root', key: 'p256', until: '2100-01-01T00:00:00Z' });
    const between = await other.issue({
      subject: 'C=CH, O=Other, CN=Between',
      key: 'p256',
      extensions: asAuthority(0),
    });
    const theirs = { root: authorities.root, between };
    const { we: ours, charon } = await buildPair(lab, stranger, {
      ours: { ...OURS, credentials: under(authorities, authorities.ours) },
      charons: {
        ...CHARONS,
        patience: 3,
        certificates: { send: 'always' },
        credentials: under(theirs, await issueTo(between, 'charon', CHARON_ID, { key: 'p256' })),
      },
    });
    if (we === 'initiator') await expect(ours.up()).rejects.toThrow(ControlError);
    else expect(await charon.initiate()).toMatchObject({ status: 1 });
    const { failure, agreement } = await until('our status to tell the failure', () =>
      ours.viewWhere(({ failure: told }) => told !== undefined),
    );
    expect(failure).toMatchObject({ phase: 1, code: 'INVALID_CERT_AUTHORITY' });
    expect(agreement).toBeUndefined();
  });
}
