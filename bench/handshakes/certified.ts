import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionPolicy, Job, JobResult } from 'sallyport/core';
import { CertificateDesk } from '../../src/pki/certificate-desk.ts';
import { authorityNames } from '../../src/pki/certificate-request.ts';
import { type CredentialFile, readCertificates, readCredential } from '../../src/pki/credential.ts';
import { opensslSignatures } from '../../src/pki/openssl-signatures.ts';
import type { Trust } from '../../src/pki/trust.ts';
import { CREDENTIAL_FILES, type LabCredentials, writeCredentials } from '../../test/lab/credential-files.ts';
import { authority, type Party } from '../../test/pki/authority.ts';
import { GATEWAY_NAME, PEER_NAME, type Certified } from './plan.ts';

/** The gateway's certificate and the peers', who all have the same, under one authority. */
export interface Parties {
  readonly gateway: LabCredentials;
  readonly peer: Party;
}

/** Issues both and writes them where the measured processes look for them. */
export async function issueParties({ method, folder }: Certified): Promise<Parties> {
  const key = method === 'rsa' ? 'rsa2048' : 'p256';
  const root = await authority({ subject: 'CN=Authority', key });
  const issue = (name: string): Promise<Party> =>
    root.issue({ subject: `CN=${name}`, key, names: [{ type: 'dns', value: name }] });
  const [gateway, peer] = [await issue(GATEWAY_NAME), await issue(PEER_NAME)];
  const authorities = [root.certificate];
  await writeCredentials(join(folder, 'gateway'), { own: gateway, authorities });
  await writeCredentials(join(folder, 'peer'), { own: peer, authorities });
  return { gateway: { own: gateway, authorities }, peer };
}

/** Where the files of one side are. */
export const filesOf = (folder: string, side: 'gateway' | 'peer') => ({
  cert: join(folder, side, CREDENTIAL_FILES.own),
  key: join(folder, side, CREDENTIAL_FILES.key),
  authorities: join(folder, side, CREDENTIAL_FILES.authorities),
});

const read = (file: string): CredentialFile => ({ file, bytes: new Uint8Array(readFileSync(file)) });

/** What peers do about certificates, as their policy says it and as jobs ask for it. */
export class PeerCertificates {
  readonly policy: NonNullable<ConnectionPolicy['certificates']>;
  readonly signatures = opensslSignatures;
  readonly #desk: CertificateDesk;

  constructor({ method, folder }: Certified) {
    const files = filesOf(folder, 'peer');
    const authorities = readCertificates(read(files.authorities));
    const trust: Trust = { authorities, intermediates: [], pinned: [], revocation: { mode: 'off' }, allow: [] };
    const own = readCredential(read(files.cert), read(files.key), undefined);
    this.#desk = new CertificateDesk({ credentials: [own], trust: () => trust });
    this.policy = { methods: [method], authorities: authorityNames(authorities), send: 'if-asked' };
  }

  answer(job: Extract<Job, { kind: 'sign' | 'verify-peer' }>): JobResult {
    if (job.kind === 'verify-peer')
      return { kind: job.kind, verdict: this.#desk.judge(job, Math.floor(Date.now() / 1000)) };
    const answer = this.#desk.sign(job);
    if (answer instanceof Promise) throw new Error('a key in memory answers at once');
    return { kind: job.kind, ...answer };
  }
}

/** What one side cannot do without: its signature, and a look at the peer's and at that of the authority, with node:crypto and nothing round it. */
export function bareSignatures({ privateKey }: Party): () => void {
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key);
  const data = new Uint8Array(32).fill(7);
  const signature = sign('sha256', data, key);
  return () => {
    sign('sha256', data, key);
    verify('sha256', data, publicKey, signature);
    verify('sha256', data, publicKey, signature);
  };
}
