import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { issueTo, type LabAuthorities, labAuthorities, under } from '../lab/certificates.ts';
import type { LabCredentials } from '../lab/credential-files.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, CHARON_ID, lineOf, type PairChanges } from '../lab/pair.ts';
import { refused } from '../lab/refused.ts';
import { until } from '../lab/until.ts';
import { asAuthority, authority } from '../pki/authority.ts';

/** What either side has where nothing is wrong, with changes. */
interface Refusal {
  readonly what: string;
  readonly of: (authorities: LabAuthorities) => Promise<{
    readonly ours?: Partial<LabCredentials>;
    readonly charons?: Partial<LabCredentials>;
    readonly charonsId?: string;
  }>;
  /** Text of the check that failed and of whose certificate it was; a function of the role where they learn different things. */
  readonly failure: { readonly code: string; readonly details: Readonly<Record<string, unknown>> };
}

const reason = (check: string, text: string): Refusal['failure']['details'] => ({ check, reason: text });

/** charon's certificate is refused by us, in words. */
const REFUSALS: readonly Refusal[] = [
  {
    // With an expired certificate of its own charon does not begin.
    what: "the certificate of charon's authority has expired",
    of: async ({ root }) => {
      const old = await root.issue({
        subject: 'C=CH, O=Lab, CN=Old',
        key: 'rsa2048',
        until: '2021-01-01T00:00:00Z',
        extensions: asAuthority(),
      });
      return {
        charons: { own: await issueTo(old, 'charon', CHARON_ID, { key: 'rsa2048' }), between: [old.certificate] },
      };
    },
    failure: {
      code: 'INVALID_CERTIFICATE',
      details: reason('expired', 'certificate C=CH, O=Lab, CN=Old (2 of 3) has expired: 2021-01-01T00:00:00Z'),
    },
  },
  {
    what: "charon's certificate is on the list of its authority",
    of: async ({ between, theirs }) => ({ ours: { lists: [await between.revoke([theirs.certificate.serialNumber])] } }),
    failure: {
      code: 'CERTIFICATE_REVOKED',
      details: {
        check: 'revoked',
        reason: expect.stringMatching(/^certificate C=CH, O=Lab, CN=charon \(1 of 3\) is revoked: number \w+$/),
      },
    },
  },
  {
    what: "the authority of charon's certificate is on the list of the root",
    of: async ({ root, between }) => ({ ours: { lists: [await root.revoke([between.certificate.serialNumber])] } }),
    failure: {
      code: 'CERTIFICATE_REVOKED',
      details: {
        check: 'revoked',
        reason: expect.stringMatching(/^certificate C=CH, O=Lab, CN=Between \(2 of 3\) is revoked: number \w+$/),
      },
    },
  },
  {
    what: 'no list where there must be one',
    of: async ({ root }) => ({ ours: { lists: [await root.revoke([])], revocation: 'hard' } }),
    failure: {
      code: 'CRL_UNAVAILABLE',
      details: reason(
        'crl-missing',
        'certificate C=CH, O=Lab, CN=charon (1 of 3) is on no revocation list, because there is none of its issuer: issuer C=CH, O=Lab, CN=Between',
      ),
    },
  },
  {
    what: "charon's authority is none of ours",
    of: async ({ root }) => {
      const other = await authority({ subject: 'C=CH, O=Other', key: 'rsa2048' });
      const authorities = [other.certificate, root.certificate];
      return { charons: { own: await issueTo(other, 'charon', CHARON_ID, { key: 'rsa2048' }), authorities } };
    },
    failure: {
      code: 'INVALID_CERT_AUTHORITY',
      details: reason(
        'issuer-unknown',
        'certificate C=CH, O=Lab, CN=charon (1 of 1) was issued by nobody who is known here: issuer C=CH, O=Other',
      ),
    },
  },
  {
    what: 'another certificate than the pinned one',
    of: async ({ between }) => ({
      ours: { pinned: (await issueTo(between, 'charon', CHARON_ID)).certificate },
    }),
    failure: {
      code: 'INVALID_CERTIFICATE',
      details: reason(
        'not-pinned',
        'certificate C=CH, O=Lab, CN=charon is not the one that is configured for this peer',
      ),
    },
  },
  {
    what: 'RSA of 1024 bits, which is not allowed by name',
    of: async ({ between }) => ({
      charons: { own: await issueTo(between, 'charon', CHARON_ID, { key: 'rsa1024' }) },
    }),
    failure: {
      code: 'INVALID_CERTIFICATE',
      details: reason(
        'weak-key',
        'certificate C=CH, O=Lab, CN=charon (1 of 3) has a key that is not allowed: RSA with 1024 bits; allow rsa1024 for 1024 and more',
      ),
    },
  },
  {
    // With a name that stands in no certificate of its own charon does not begin.
    what: 'a good certificate for another name',
    of: async ({ between }) => ({
      charons: { own: await issueTo(between, 'other', '@other.example.org', { key: 'rsa2048' }) },
      charonsId: '@other.example.org',
    }),
    failure: {
      code: 'AUTHENTICATION_FAILED',
      details: { what: 'identity', theirs: '@other.example.org', ours: CHARON_ID },
    },
  },
];

for (const { what, of, failure } of REFUSALS) {
  for (const we of ['initiator', 'responder'] as const) {
    const cell: Cell = { name: what, we, phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' };
    interopTest(lineOf(cell), async (lab) => {
      const authorities = await labAuthorities('rsa2048');
      const view = await refused(cell, await buildPair(lab, cell, credentials(authorities, await of(authorities))));
      expect(view.failure).toMatchObject({ phase: 1, ...failure });
    });
  }
}

function credentials(
  authorities: LabAuthorities,
  { ours, charons, charonsId: localId }: Awaited<ReturnType<Refusal['of']>>,
): PairChanges {
  return {
    ours: { credentials: { ...under(authorities, authorities.ours), ...ours } },
    charons: {
      ...(localId === undefined ? {} : { localId }),
      credentials: { ...under(authorities, authorities.theirs), ...charons },
    },
  };
}

for (const we of ['initiator', 'responder'] as const) {
  const name = 'charon refuses our certificate, which is on its list';
  const cell: Cell = { name, we, phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' };
  interopTest(lineOf(cell), async (lab) => {
    const authorities = await labAuthorities('rsa2048');
    const lists = [await authorities.between.revoke([authorities.ours.certificate.serialNumber])];
    const pair = await buildPair(lab, cell, credentials(authorities, { charons: { lists } }));
    if (we === 'initiator') {
      expect((await refused(cell, pair)).failure).toMatchObject({ phase: 1, code: 'AUTHENTICATION_FAILED' });
    } else {
      // Of our last message charon says nothing: it deletes what we take for an SA.
      expect(await pair.charon.initiate()).toMatchObject({ status: 1 });
      await until('the SA to be gone', () => pair.we.viewWhere(({ ended }) => ended === 'deleted-by-peer'));
    }
  });
}
