import type { Cell } from '../lab/cells.ts';
import { type LabAuthorities, labAuthorities, pinning, under } from '../lab/certificates.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, lineOf, type PairChanges, play } from '../lab/pair.ts';
import type { KeyName } from '../pki/authority.ts';

/** An agreement with certificates; what is special about it is in the changes. */
interface CertificateCell extends Pick<Cell, 'name' | 'nat'> {
  readonly key: KeyName;
  readonly changes?: (authorities: LabAuthorities) => PairChanges;
}

const OUR_NAME = 'C=CH, O=Lab, CN=sallyport';
const CHARONS_NAME = 'C=CH, O=Lab, CN=charon';

/** In all of them but the pinned ones both sides trust a root and send the authority between along. */
const CELLS: readonly CertificateCell[] = [
  { name: 'certificates with RSA of 2048 bits', key: 'rsa2048', nat: 'none' },
  { name: 'certificates with RSA of 4096 bits', key: 'rsa4096', nat: 'before us' },
  { name: 'certificates with P-256', key: 'p256', nat: 'before charon' },
  { name: 'certificates with P-384', key: 'p384', nat: 'none' },
  { name: 'certificates with P-521', key: 'p521', nat: 'none' },
  {
    name: 'certificates with RSA of 1024 bits, allowed by name',
    key: 'rsa1024',
    nat: 'none',
    changes: (authorities) => ({
      ours: { credentials: under(authorities, authorities.ours, { allow: ['rsa1024'] }) },
    }),
  },
  {
    name: "each other's certificate, pinned",
    key: 'rsa2048',
    nat: 'none',
    changes: ({ ours, theirs }) => ({
      ours: { credentials: pinning(ours, theirs.certificate) },
      charons: { credentials: pinning(theirs, ours.certificate) },
    }),
  },
  {
    name: 'subjects as identities',
    key: 'p256',
    nat: 'none',
    changes: () => ({
      ours: { localId: OUR_NAME, remoteId: CHARONS_NAME },
      charons: { localId: CHARONS_NAME, remoteId: OUR_NAME },
    }),
  },
  {
    name: 'a subject with stars',
    key: 'rsa2048',
    nat: 'before us',
    changes: () => ({
      ours: { localId: OUR_NAME, remoteId: 'C=CH, O=Lab, CN=*' },
      charons: { localId: CHARONS_NAME, remoteId: 'C=*, O=Lab, CN=*' },
    }),
  },
  {
    name: 'nobody asks for certificates and both send theirs',
    key: 'rsa2048',
    nat: 'none',
    changes: () => ({
      ours: { sendCertificate: 'always' },
      charons: { certificates: { ask: 'no', send: 'always' } },
    }),
  },
];

for (const { key, changes, ...given } of CELLS) {
  for (const we of ['initiator', 'responder'] as const) {
    const cell: Cell = { ...given, we, phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'] };
    interopTest(lineOf(cell), async (lab) => {
      const authorities = await labAuthorities(key);
      const { ours, charons } = changes?.(authorities) ?? {};
      const pair = await buildPair(lab, cell, {
        ours: { credentials: under(authorities, authorities.ours), ...ours },
        charons: { credentials: under(authorities, authorities.theirs), ...charons },
      });
      await play(cell, pair);
    });
  }
}
