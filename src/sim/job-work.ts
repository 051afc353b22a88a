import { type IpAddress, parseIpAddress } from '../base/address.ts';
import { utf8Bytes } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import type { PairTraffic } from '../dpd/traffic.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { Route } from '../ike/death.ts';
import type { Job, JobResult, PeerPlace, PskCandidate } from '../ike/effects.ts';

/** A pre-shared key, the connections that it is for (default all) and who may use it (default whomever the connection allows). */
export interface SimulatedPsk {
  readonly secret: string;
  readonly connections?: readonly string[];
  readonly identities?: PskCandidate['identities'];
}

/** Whom jobs are given to. */
export interface Worker {
  readonly crypto: CryptoProvider;
  readonly psks: readonly SimulatedPsk[];
  /** Passwords by user, for XAUTH in either role. */
  readonly users?: Readonly<Record<string, string>> | undefined;
  readonly certificates: (job: Extract<Job, { readonly kind: 'sign' | 'verify-peer' }>) => JobResult;
  readonly allocateSpi: () => number;
  readonly traffic: (pair: number) => PairTraffic;
  readonly route: (local: IpAddress) => Route;
  /** Where a peer is, by its address or its name; undefined where nobody knows. */
  readonly locate: (peer: string) => readonly PeerPlace[] | undefined;
}

/** Does a job, and makes of an error of ours what the endpoint is told of it. */
export function workOn(job: Job, worker: Worker): JobResult {
  try {
    return resultOf(job, worker);
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return { kind: 'failed', code: error.code, reason: error.message };
  }
}

function resultOf(job: Job, worker: Worker): JobResult {
  const { crypto, psks, certificates, allocateSpi } = worker;
  switch (job.kind) {
    case 'dh-public':
      return { kind: job.kind, publicValue: crypto.publicValue(job.group, job.privateValue) };
    case 'dh-agree':
      return { kind: job.kind, gxy: crypto.agree(job.group, job.privateValue, job.peerPublic) };
    case 'dh-exchange': {
      const { group, privateValue, peerPublic } = job;
      const publicValue = crypto.publicValue(group, privateValue);
      return { kind: job.kind, publicValue, gxy: crypto.agree(group, privateValue, peerPublic) };
    }
    case 'find-psk': {
      const candidates = psks.map(({ secret, connections, identities = 'any' }) => ({
        psk: utf8Bytes(secret),
        identities,
        connections: job.connections.filter((name) => connections?.includes(name) ?? true),
      }));
      return { kind: job.kind, candidates: candidates.filter(({ connections }) => connections.length > 0) };
    }
    case 'sign':
    case 'verify-peer':
      return certificates(job);
    case 'verify-user':
    case 'user-secret':
      return userResult(job, worker);
    case 'locate-peer':
      return { kind: job.kind, places: located(job.peer, worker) };
    case 'look-for-life':
      return {
        kind: job.kind,
        traffic: job.pairs.map(worker.traffic),
        route: worker.route(job.local),
      };
    case 'allocate-spi':
      return { kind: job.kind, spi: allocateSpi() };
  }
}

function located(peer: string, { locate }: Worker): readonly PeerPlace[] {
  const places = locate(peer);
  if (places === undefined) throw new IkeError('NAME_NOT_RESOLVED', { host: peer });
  return places;
}

function userResult(
  job: Extract<Job, { kind: 'verify-user' | 'user-secret' }>,
  { crypto, users = {} }: Worker,
): JobResult {
  const secret = users[job.user];
  if (job.kind === 'verify-user')
    return { kind: job.kind, accepted: secret !== undefined && crypto.equal(utf8Bytes(secret), job.password) };
  if (secret === undefined) throw new IkeError('USER_SECRET_NOT_FOUND', { user: job.user });
  return { kind: job.kind, secret: utf8Bytes(secret) };
}

/** Where a peer is, for a host with one address and a table of names. */
export function placesOf(
  peer: string,
  local: IpAddress,
  names: ReadonlyMap<string, readonly IpAddress[]> | undefined,
): PeerPlace[] | undefined {
  const remotes = names?.get(peer) ?? [parseIpAddress(peer) ?? []].flat();
  return remotes.length === 0 ? undefined : remotes.map((remote) => ({ local, remote }));
}
