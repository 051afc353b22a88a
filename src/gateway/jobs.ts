import type { IpAddress } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import { findPreSharedKeys } from '../config/psk.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { Job, JobResult } from '../ike/effects.ts';

export interface JobSources {
  readonly crypto: CryptoProvider;
  readonly config: Pick<GatewayConfig, 'credentials' | 'connections'>;
  readonly allocateSpi: (local: IpAddress, remote: IpAddress) => Promise<number>;
}

/** Does one job. It never rejects: what goes wrong is an answer too, and ends the exchange that waits for it. */
export async function doJob(job: Job, sources: JobSources): Promise<JobResult> {
  try {
    return await work(job, sources);
  } catch (error) {
    const code = IkeError.is(error) ? error.code : 'JOB_FAILED';
    return { kind: 'failed', code, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function work(job: Job, { crypto, config, allocateSpi }: JobSources): Promise<JobResult> {
  switch (job.kind) {
    case 'dh-public':
      return { kind: job.kind, publicValue: crypto.publicValue(job.group, job.privateValue) };
    case 'dh-agree':
      return { kind: job.kind, gxy: crypto.agree(job.group, job.privateValue, job.peerPublic) };
    case 'dh-exchange': {
      const publicValue = crypto.publicValue(job.group, job.privateValue);
      return { kind: job.kind, publicValue, gxy: crypto.agree(job.group, job.privateValue, job.peerPublic) };
    }
    case 'find-psk': {
      const found = findPreSharedKeys(config, job.connections);
      // Copies: the engine wipes what it has used.
      return { kind: job.kind, candidates: found.map(({ psk, ...who }) => ({ ...who, psk: psk.reveal().slice() })) };
    }
    case 'allocate-spi':
      return { kind: job.kind, spi: await allocateSpi(job.local, job.remote) };
  }
}
