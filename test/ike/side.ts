import { utf8Bytes } from '../../src/base/bytes.ts';
import { IkeError } from '../../src/base/errors.ts';
import type { Instant } from '../../src/base/instant.ts';
import type { Random } from '../../src/base/random.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import type { CryptoProvider } from '../../src/crypto/provider.ts';
import type { Connection } from '../../src/ike/connection.ts';
import type { Datagram, Effect, Job, JobId, JobResult, NegotiatedSa, PskCandidate } from '../../src/ike/effects.ts';
import { IkeEndpoint } from '../../src/ike/endpoint.ts';
import type { IkeEvent } from '../../src/ike/events.ts';
import type { IsakmpSa } from '../../src/ike/isakmp-sa.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import type { EndpointOptions } from '../../src/ike/options.ts';
import { opensslSignatures } from '../../src/pki/openssl-signatures.ts';

/** Which pre-shared keys a side finds: one text for everybody, or what a function says. */
export type Psks = string | ((connections: readonly string[]) => readonly PskCandidate[]);

/** The events of one name; some share a member of the union with others. */
type Named<N extends IkeEvent['name'], E = IkeEvent> = E extends { readonly name: infer M }
  ? N extends M
    ? E
    : never
  : never;

/** One side: an endpoint whose jobs are done at once, unless held, and whose effects are kept in their order. */
export class Side {
  readonly endpoint: IkeEndpoint;
  readonly effects: Effect[] = [];
  readonly outgoing: Datagram[] = [];
  /** Jobs that wait, while `holdJobs`, for `finishJob`. */
  readonly waiting: { readonly id: JobId; readonly job: Job }[] = [];
  holdJobs = false;
  /** Passwords of XAUTH by user. */
  users: Readonly<Record<string, string>> = {};
  /** Answers a job in place of the real work; undefined leaves it to that. */
  answer: (job: Job) => JobResult | undefined = () => undefined;
  #spi: number;
  readonly #psks: Psks;
  readonly #crypto: CryptoProvider;

  constructor(
    connections: readonly ConnectionPolicy[],
    psks: Psks,
    given: Pick<EndpointOptions, 'limits' | 'unsafeKeyLog'> & {
      readonly random: Random;
      readonly firstSpi: number;
      readonly crypto?: CryptoProvider | undefined;
    },
  ) {
    const { firstSpi, crypto = nativeProvider, ...options } = given;
    this.endpoint = new IkeEndpoint({ crypto, signatures: opensslSignatures, connections, ...options });
    this.#crypto = crypto;
    this.#psks = psks;
    this.#spi = firstSpi;
  }
  get events(): IkeEvent[] {
    return this.effects.flatMap((effect) => (effect.type === 'event' ? [effect.event] : []));
  }
  get installed(): NegotiatedSa[] {
    return this.effects.flatMap((effect) => (effect.type === 'install-sa' ? [effect.sa] : []));
  }
  /** What was taken away again: SAs and SPIs. */
  get removed(): Effect[] {
    return this.effects.filter(({ type }) => type === 'remove-sa' || type === 'release-spi');
  }
  named<N extends IkeEvent['name']>(name: N): Named<N>[] {
    return this.events.filter((event): event is Named<N> & IkeEvent => event.name === name);
  }
  /** The reasons of all drops, in order. */
  get drops(): string[] {
    return this.named('datagram.dropped').map(({ reason }) => reason);
  }
  connection(name = 'link'): Connection {
    const found = this.endpoint.connections.get(name);
    if (found === undefined) throw new Error(`no connection ${name}`);
    return found;
  }
  /** The newest ISAKMP SA that stands; it has to. */
  isakmp(name = 'link'): IsakmpSa {
    const found = this.connection(name).isakmp;
    if (found === undefined) throw new Error(`no ISAKMP SA of ${name} stands`);
    return found;
  }
  apply(effects: readonly Effect[], now: Instant): void {
    for (const effect of effects) {
      this.effects.push(effect);
      if (effect.type === 'send') this.outgoing.push(effect.datagram);
      if (effect.type === 'job') this.waiting.push({ id: effect.id, job: effect.job });
    }
    while (!this.holdJobs && this.waiting.length > 0) this.finishJob(now);
  }
  /** Does the job that waits longest; false where none does. */
  finishJob(now: Instant): boolean {
    const next = this.waiting.shift();
    if (next === undefined) return false;
    this.apply(this.endpoint.complete(next.id, this.#do(next.job), now), now);
    return true;
  }
  #do(job: Job): JobResult {
    try {
      return this.answer(job) ?? this.#reallyDo(job);
    } catch (error) {
      if (!IkeError.is(error)) throw error;
      return { kind: 'failed', code: error.code, reason: error.message };
    }
  }
  #reallyDo(job: Job): JobResult {
    switch (job.kind) {
      case 'dh-public':
        return { kind: job.kind, publicValue: this.#crypto.publicValue(job.group, job.privateValue) };
      case 'dh-agree':
        return { kind: job.kind, gxy: this.#crypto.agree(job.group, job.privateValue, job.peerPublic) };
      case 'dh-exchange':
        return {
          kind: job.kind,
          publicValue: this.#crypto.publicValue(job.group, job.privateValue),
          gxy: this.#crypto.agree(job.group, job.privateValue, job.peerPublic),
        };
      case 'find-psk':
        return { kind: job.kind, candidates: this.#candidates(job.connections) };
      case 'sign':
      case 'verify-peer':
        throw new Error('a side with certificates needs its own answers');
      case 'verify-user':
      case 'user-secret':
        return this.#userResult(job);
      case 'locate-peer':
        throw new IkeError('NAME_NOT_RESOLVED', { host: job.peer });
      case 'look-for-life':
        return { kind: job.kind, traffic: [], route: { from: job.local } };
      case 'allocate-spi':
        return { kind: job.kind, spi: this.#spi++ };
    }
  }
  #candidates(connections: readonly string[]): readonly PskCandidate[] {
    const psks = this.#psks;
    if (typeof psks === 'string') return [{ psk: utf8Bytes(psks), connections, identities: 'any' }];
    return psks(connections);
  }
  #userResult(job: Extract<Job, { kind: 'verify-user' | 'user-secret' }>): JobResult {
    const secret = this.users[job.user];
    if (job.kind === 'verify-user') {
      const accepted = secret !== undefined && this.#crypto.equal(utf8Bytes(secret), job.password);
      return { kind: job.kind, accepted, message: accepted ? 'welcome' : 'who are you?' };
    }
    if (secret === undefined) throw new IkeError('USER_SECRET_NOT_FOUND', { user: job.user });
    return { kind: job.kind, secret: utf8Bytes(secret) };
  }
}
