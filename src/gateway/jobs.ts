import type { IpAddress } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import { trafficOf } from '../dpd/traffic.ts';
import type { EspBackend } from '../esp/backend.ts';
import type { GatewayConfig } from '../config/config.ts';
import { findPreSharedKeys } from '../config/psk.ts';
import type { Route } from '../ike/death.ts';
import type { Job, JobResult } from '../ike/effects.ts';
import type { CertificateDesk } from '../pki/certificate-desk.ts';
import type { KeyAgreement } from './key-agreement.ts';
import { placesOf, type Resolve, type WaysOut } from './peer-places.ts';
import { sourceAddressFor } from './udp.ts';
import type { Users } from './users.ts';

export interface JobSources extends WaysOut {
  readonly keyAgreement: KeyAgreement;
  readonly config: Pick<GatewayConfig, 'credentials' | 'connections'>;
  /** Absent where no connection has certificates. */
  readonly certificates?: CertificateDesk | undefined;
  readonly users: Users;
  /** The time of the calendar, in seconds since 1970. */
  readonly now: () => number;
  /** The addresses that a host name has now; default what this machine says. */
  readonly resolve?: Resolve | undefined;
  readonly allocateSpi: (local: IpAddress, remote: IpAddress) => Promise<number>;
  readonly counters: EspBackend['counters'];
}

/** Does one job and calls `done` once. What goes wrong is an answer too, and ends the exchange that waits for it. */
export function startJob(job: Job, sources: JobSources, done: (result: JobResult) => void): void {
  switch (job.kind) {
    case 'find-psk':
      return settle(() => findPsk(job, sources), done);
    case 'locate-peer':
      return settle(async () => ({ kind: job.kind, places: await placesOf(job, sources) }), done);
    case 'look-for-life':
      return settle(() => lookForLife(job, sources), done);
    case 'allocate-spi':
      return settle(async () => ({ kind: job.kind, spi: await sources.allocateSpi(job.local, job.remote) }), done);
    case 'sign':
      return settle(() => then(desk(sources).sign(job), (answer) => ({ kind: job.kind, ...answer })), done);
    case 'verify-peer':
      // In a turn of its own: the path of a certificate takes as long as a Diffie-Hellman.
      setImmediate(() => settle(() => ({ kind: job.kind, verdict: desk(sources).judge(job, sources.now()) }), done));
      return;
    case 'verify-user':
      return settle(async () => verifyUser(job, sources), done);
    case 'user-secret':
      return settle(() => ({ kind: job.kind, secret: sources.users.secret(job.user) }), done);
    case 'dh-public':
    case 'dh-agree':
    case 'dh-exchange':
      // In a turn of its own, so that what is waiting in the sockets and timers comes between two Diffie-Hellmans.
      setImmediate(() => settle(() => diffieHellman(job, sources.keyAgreement), done));
  }
}

function settle(work: () => JobResult | Promise<JobResult>, done: (result: JobResult) => void): void {
  let result: JobResult | Promise<JobResult>;
  try {
    result = work();
  } catch (error) {
    result = failed(error);
  }
  if (result instanceof Promise) void result.catch(failed).then(done);
  else done(result);
}

function failed(error: unknown): JobResult {
  const code = IkeError.is(error) ? error.code : 'JOB_FAILED';
  return { kind: 'failed', code, reason: error instanceof Error ? error.message : String(error) };
}

type JobOf<K extends Job['kind']> = Extract<Job, { readonly kind: K }>;

function findPsk({ kind, connections, identity }: JobOf<'find-psk'>, { config }: JobSources): JobResult {
  const found = findPreSharedKeys(config, connections, identity);
  // Copies: the engine wipes what it has used.
  return { kind, candidates: found.map(({ psk, ...who }) => ({ ...who, psk: psk.reveal().slice() })) };
}

async function verifyUser({ kind, ...question }: JobOf<'verify-user'>, { users }: JobSources): Promise<JobResult> {
  return { kind, ...(await users.verify(question)) };
}

async function lookForLife(
  { kind, pairs, local, remote, route }: JobOf<'look-for-life'>,
  { counters, openSocket }: JobSources,
): Promise<JobResult> {
  const traffic = await Promise.all(pairs.map(async (pair) => trafficOf(pair, await counters(pair))));
  return route ? { kind, traffic, route: await routeTo(remote, { from: local, openSocket }) } : { kind, traffic };
}

/** As the system would send to it now from where we are: an address that is gone has no way. That a link is dead further on, nobody can see from here. */
async function routeTo(remote: IpAddress, how: Parameters<typeof sourceAddressFor>[1]): Promise<Route> {
  try {
    return { from: await sourceAddressFor(remote, how) };
  } catch {
    return 'none';
  }
}

/** The private value belongs to the job, and is gone when the job is done. */
function diffieHellman(
  job: JobOf<'dh-public' | 'dh-agree' | 'dh-exchange'>,
  keyAgreement: KeyAgreement,
): JobResult | Promise<JobResult> {
  const { kind, group, privateValue } = job;
  try {
    if (kind === 'dh-public') {
      return then(keyAgreement.publicValue(group, privateValue), (publicValue) => ({ kind, publicValue }));
    }
    const agree = (): Uint8Array | Promise<Uint8Array> => keyAgreement.agree(group, privateValue, job.peerPublic);
    if (kind === 'dh-agree') return then(agree(), (gxy) => ({ kind, gxy }));
    const own = keyAgreement.publicValue(group, privateValue);
    if (!(own instanceof Promise)) return then(agree(), (gxy) => ({ kind, publicValue: own, gxy }));
    // Both are under way, so neither may throw now: the other's rejection would be nobody's.
    return Promise.all([own, (async () => agree())()]).then(([publicValue, gxy]) => ({ kind, publicValue, gxy }));
  } finally {
    privateValue.fill(0);
  }
}

/** Goes on with a value, at once where it is there. */
function then<A, B>(value: A | Promise<A>, next: (value: A) => B | Promise<B>): B | Promise<B> {
  return value instanceof Promise ? value.then(next) : next(value);
}

function desk({ certificates }: JobSources): CertificateDesk {
  if (certificates === undefined)
    throw new IkeError('INTERNAL', { what: 'a job about certificates, and there are none' });
  return certificates;
}
