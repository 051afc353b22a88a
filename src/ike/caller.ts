import type { IpAddress, UdpEndpoint } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import { after, type Instant } from '../base/instant.ts';
import { isFixed } from '../base/local-address.ts';
import { isNamedHost, isOneAddress, isPlace } from '../base/remote-address.ts';
import { type Attempts, backOff } from './attempts.ts';
import type { Job, JobResult, PeerPlace } from './effects.ts';
import type { Whom } from './ends.ts';
import { failureOf } from './failure.ts';
import type { IpsecPair } from './ipsec-pair.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { ConnectionPolicy, PeerName } from './negotiate/policy.ts';
import type { Settings } from './options.ts';
import type { Outbox } from './outbox.ts';
import { isStanding, newestStanding } from './peer.ts';

/** What calls, and whom it tells. */
export interface CallerHost {
  readonly policy: ConnectionPolicy;
  readonly settings: Settings;
  readonly outbox: Outbox;
  readonly attempts: Attempts;
  readonly sas: ReadonlySet<IsakmpSa>;
  readonly pairs: ReadonlyMap<number, IpsecPair>;
  /** Begins Main Mode there; an identity narrows it to one peer. */
  startPhase1(to: Whom, now: Instant): void;
  /** Has the peer looked for. */
  find(job: Job, answered: (result: JobResult, now: Instant) => void): void;
  /** The peer is known at other addresses than before. */
  relocated(): void;
  /** An attempt came to nothing, because nobody knows where to. */
  callFailed(error: IkeError, now: Instant): void;
}

/**
 * Begins phase 1 with the peer of a connection, wherever it is at that moment: a host name is resolved before each attempt, and in
 * between where it is monitored; our own address toward the peer is asked for where the connection has none.
 *
 * A name proves nothing (anybody may have answered for it): SAs that stand stay where they are until the peer has proved itself at its
 * new address.
 */
export class Caller {
  readonly #host: CallerHost;
  readonly #name: PeerName | undefined;
  #places: readonly PeerPlace[] = [];
  #asking = false;
  /** An attempt waits for the answer. */
  #calling = false;
  #turn = 0;
  #from: IpAddress | undefined;
  #failures = 0;
  /** When the name is looked at, whether there is an attempt or not. */
  #due: Instant | undefined;

  constructor(host: CallerHost) {
    this.#host = host;
    const { local, remote } = host.policy;
    this.#name = isNamedHost(remote.address) ? remote.address : undefined;
    // Before the first attempt already: a peer that begins is known by its address.
    if (this.#name !== undefined) this.#due = 0 as Instant;
    else if (isFixed(local.address) && isOneAddress(remote.address))
      this.#places = [{ local: local.address, remote: remote.address }];
  }

  /** Where the peer is; none where it may come from one address or another. */
  get addresses(): readonly IpAddress[] {
    const { address } = this.#host.policy.remote;
    if (isNamedHost(address)) return [...new Set(this.#places.map(({ remote }) => remote))];
    return isOneAddress(address) ? [address] : [];
  }

  /** The address of ours that the last attempt was made from. */
  get from(): IpAddress | undefined {
    return this.#from;
  }

  deadline(): Instant | undefined {
    return this.#asking ? undefined : this.#due;
  }
  tick(now: Instant): void {
    if (!this.#asking && this.#due !== undefined && this.#due <= now) this.#ask();
  }

  /** Begins phase 1, or has the peer looked for first. */
  call(now: Instant): void {
    if (!this.mayCall()) return;
    const { local, remote } = this.#host.policy;
    const [only] = this.#places;
    if (only !== undefined && isFixed(local.address) && isOneAddress(remote.address)) return this.#begin(only, now);
    this.#calling = true;
    if (!this.#asking) this.#ask();
  }

  /** Begins it where the SA stands that it is to renew. */
  callAgain(whom: Whom, now: Instant): void {
    if (this.mayCall()) this.#host.startPhase1(whom, now);
  }

  #answered(result: JobResult, now: Instant): void {
    const calling = this.#calling;
    this.#asking = false;
    this.#calling = false;
    if (result.kind !== 'locate-peer' || result.places.length === 0) return this.#unknown(result, calling, now);
    this.#failures = 0;
    const monitor = this.#name?.monitor;
    this.#due = monitor === undefined ? undefined : after(now, monitor);
    this.#take(result.places);
    const place = result.places[this.#turn % result.places.length];
    if (place === undefined || !this.#host.attempts.wanted || !this.mayCall()) return;
    const stands = newestStanding(this.#host.sas) !== undefined;
    if ((calling && !stands) || this.#isElsewhere()) this.#begin(place, now);
  }

  /** No phase 1 of ours is under way already, and it is for us to begin one: who has to say which user it is comes by himself. */
  mayCall(): boolean {
    const { sas, attempts, policy } = this.#host;
    const calling = [...sas].some((sa) => !isStanding(sa) && sa.channel.role === 'initiator');
    return !calling && (attempts.wanted || policy.user?.side !== 'remote');
  }

  #ask(): void {
    const { address } = this.#host.policy.remote;
    if (!isPlace(address)) return;
    this.#asking = true;
    const peer = typeof address === 'string' ? address : address.host;
    const { local } = this.#host.policy;
    this.#host.find({ kind: 'locate-peer', peer, local: local.address }, (result, now) => this.#answered(result, now));
  }

  #begin({ local, remote }: PeerPlace, now: Instant): void {
    this.#turn++;
    this.#from = local;
    const { ike: port } = this.#host.settings.ports;
    this.#host.startPhase1({ local: { address: local, port }, remote: { address: remote, port } }, now);
  }

  #take(places: readonly PeerPlace[]): void {
    const before = this.addresses.join(' ');
    this.#places = places;
    const { addresses } = this;
    if (this.#name === undefined || addresses.join(' ') === before) return;
    const { policy, outbox } = this.#host;
    outbox.event({ name: 'peer.located', connection: policy.name, host: this.#name.host, addresses });
    this.#host.relocated();
  }

  #unknown(result: JobResult, calling: boolean, now: Instant): void {
    const { policy, outbox, settings } = this.#host;
    const details = {
      ...(this.#name === undefined ? {} : { host: this.#name.host }),
      ...(result.kind === 'failed' ? { reason: result.reason } : {}),
    };
    const error = new IkeError(this.#name === undefined ? 'NO_WAY_TO_PEER' : 'NAME_NOT_RESOLVED', details);
    if (this.#name !== undefined) this.#due = after(now, backOff(++this.#failures, settings.random));
    outbox.event({ name: 'peer.unknown', connection: policy.name, failure: failureOf(error) });
    if (calling) this.#host.callFailed(error, now);
  }

  /** The newest of what stands is where the peer, by its name, is no longer. */
  #isElsewhere(): boolean {
    if (this.#name === undefined) return false;
    const stands: UdpEndpoint | undefined =
      newestStanding(this.#host.sas)?.channel.remote ?? [...this.#host.pairs.values()].at(-1)?.remote;
    return stands !== undefined && !this.addresses.includes(stands.address);
  }
}
