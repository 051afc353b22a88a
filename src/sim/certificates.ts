import { IkeError } from '../base/errors.ts';
import { identityText } from '../base/identity.ts';
import type { Job, JobResult } from '../ike/effects.ts';
import { CertificateDesk } from '../pki/certificate-desk.ts';
import { readCertificates, readCredential } from '../pki/credential.ts';
import type { Trust } from '../pki/trust.ts';

/** What a simulated gateway has in the way of certificates, as octets of PEM or DER files. */
export interface SimulatedCertificates {
  /** Its own certificate, with those above it that go along. */
  readonly certificate: Uint8Array;
  /** The private key that belongs to it. */
  readonly key: Uint8Array;
  /** Those that peers may come from. */
  readonly authorities: Uint8Array;
  /** The time of the calendar when the run begins, in seconds since 1970. */
  readonly begin: number;
}

/** Does the jobs about certificates, `elapsed` milliseconds after the run has begun. */
export type CertificateWork = (
  job: Extract<Job, { readonly kind: 'sign' | 'verify-peer' }>,
  elapsed: number,
) => JobResult;

/** @throws IkeError CREDENTIAL_UNREADABLE */
export function certificateWork(given: SimulatedCertificates | undefined): CertificateWork {
  if (given === undefined)
    return ({ identity }) => {
      throw new IkeError('CERTIFICATE_UNAVAILABLE', { identity: identityText(identity) });
    };
  const { certificate, key, authorities, begin } = given;
  const file = (name: string, bytes: Uint8Array) => ({ file: name, bytes });
  const trust: Trust = {
    authorities: readCertificates(file('authorities', authorities)),
    intermediates: [],
    pinned: [],
    revocation: { mode: 'off' },
    allow: [],
  };
  const own = readCredential(file('certificate', certificate), file('key', key), undefined);
  const desk = new CertificateDesk({ credentials: [own], trust: () => trust });
  return (job, elapsed) => {
    if (job.kind === 'verify-peer')
      return { kind: job.kind, verdict: desk.judge(job, begin + Math.floor(elapsed / 1000)) };
    const answer = desk.sign(job);
    if (answer instanceof Promise)
      throw new IkeError('INTERNAL', { what: 'a signature that simulated time waits for' });
    return { kind: job.kind, ...answer };
  };
}
