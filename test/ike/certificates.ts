import { type Identity, parseIdentity } from '../../src/base/identity.ts';
import { IkeError } from '../../src/base/errors.ts';
import { Secret } from '../../src/base/secret.ts';
import { methodOfKey } from '../../src/crypto/native-keys.ts';
import type { SignatureMethod } from '../../src/crypto/signatures.ts';
import type { Job, JobResult } from '../../src/ike/effects.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import type { Certificate } from '../../src/pki/certificate.ts';
import { CertificateDesk } from '../../src/pki/certificate-desk.ts';
import { softwareSigner } from '../../src/pki/openssl-signatures.ts';
import type { Trust } from '../../src/pki/trust.ts';
import { authority, type KeyName, type Party } from '../pki/authority.ts';
import { PairOfEndpoints, type PairOptions } from './pair-of-endpoints.ts';
import { policyOf, type PolicyOptions } from './policies.ts';

/** What one side has: its certificate and whom it trusts. */
export interface Ends {
  readonly own: Party;
  readonly others?: readonly Certificate[];
  readonly trust: Partial<Trust>;
}

const NOW = Date.parse('2026-01-01T00:00:00Z') / 1000;

/** Answers a side's questions about certificates, at once. */
export function answering({ own, others = [], trust }: Ends): (job: Job) => JobResult | undefined {
  const method = methodOfKey(own.certificate.key) ?? 'rsa';
  const credential = {
    certificate: own.certificate,
    others,
    method,
    signer: softwareSigner(method, new Secret(own.privateKey.slice())),
  };
  const whole = {
    authorities: [],
    intermediates: [],
    pinned: [],
    allow: [],
    revocation: { mode: 'off' },
    ...trust,
  } as const;
  const desk = new CertificateDesk({ credentials: [credential], trust: () => whole });
  return (job) => {
    if (job.kind === 'verify-peer') return { kind: job.kind, verdict: desk.judge(job, NOW) };
    if (job.kind !== 'sign') return undefined;
    try {
      const answer = desk.sign(job);
      if (answer instanceof Promise) throw new Error('a key in memory answers at once');
      return { kind: job.kind, ...answer };
    } catch (error) {
      if (!IkeError.is(error)) throw error;
      return { kind: 'failed', code: error.code, reason: error.message };
    }
  };
}

export const root = await authority({ subject: 'CN=Root' });

const made = new Map<KeyName, Promise<readonly [Party, Party]>>();

/** The certificates of a.example and b.example with this kind of key, under `root`. */
function partiesWith(key: KeyName): Promise<readonly [Party, Party]> {
  const issue = (name: string) => root.issue({ subject: `CN=${name}`, key, names: [{ type: 'dns', value: name }] });
  const parties = made.get(key) ?? Promise.all([issue('a.example'), issue('b.example')]);
  made.set(key, parties);
  return parties;
}

/** The policy of one side of a connection with certificates, otherwise as `policyOf` has it. */
export function certified(
  side: 'a' | 'b',
  methods: readonly SignatureMethod[],
  options: PolicyOptions = {},
): ConnectionPolicy {
  const certificates = { methods, authorities: [root.certificate.subject], send: 'if-asked' } as const;
  return { certificates, ...policyOf(side, options) };
}

/** Two endpoints with certificates; nothing has been said yet. */
export function certifiedPair(
  a: ConnectionPolicy | readonly ConnectionPolicy[],
  b: ConnectionPolicy | readonly ConnectionPolicy[],
  [endsA, endsB]: readonly [Ends, Ends],
  options: PairOptions = {},
): PairOfEndpoints {
  const pair = new PairOfEndpoints(a, b, options);
  pair.a.answer = answering(endsA);
  pair.b.answer = answering(endsB);
  return pair;
}

/** Both sides trust `root` and have certificates under it. */
export async function endsWith(key: KeyName = 'p256'): Promise<readonly [Ends, Ends]> {
  const [a, b] = await partiesWith(key);
  const trust = { authorities: [root.certificate] };
  return [
    { own: a, trust },
    { own: b, trust },
  ];
}

export const withId = (policy: ConnectionPolicy, id: string | Identity): ConnectionPolicy => ({
  ...policy,
  local: { ...policy.local, id: typeof id === 'string' ? parseIdentity(id) : id },
});
