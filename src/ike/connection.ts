import { IkeError } from '../base/errors.ts';
import { earlier, type Instant, seconds } from '../base/instant.ts';
import { isPlace } from '../base/remote-address.ts';
import { Attempts } from './attempts.ts';
import { Caller, type CallerHost } from './caller.ts';
import type { ConnectionHost } from './connection-host.ts';
import { type DeathEvidence, peerDied } from './death.ts';
import type { Job, JobResult } from './effects.ts';
import type { EndReason, Role } from './events.ts';
import { isakmpDelete } from './exchange/informational.ts';
import type { Whom } from './ends.ts';
import { failureOf } from './failure.ts';
import { Following, type FollowingHost } from './following.ts';
import { Guarding } from './guarding.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { Leases } from './leases.ts';
import { endByPeer } from './life.ts';
import type { IpsecPair } from './ipsec-pair.ts';
import { IpsecSas } from './ipsec-sas.ts';
import type { IpsecSasHost } from './ipsec-sas-host.ts';
import type { ConnectionPolicy } from './negotiate/policy.ts';
import type { Settings } from './options.ts';
import type { Outbox } from './outbox.ts';
import { isKnown, isStanding, newestStanding, peerOf, type StandingSa } from './peer.ts';
import { Phase1Lives, type Phase1LivesHost } from './phase1-lives.ts';
import type { Received } from './received.ts';
import { Succession, type SuccessionHost } from './succession.ts';
import { Prelude, type PreludeHost } from './prelude.ts';
import { Roaming } from './roaming.ts';
import { hasRoom, hasRoomToAsk, turnAway } from './room.ts';
import { Troubles } from './troubles.ts';
import { forgetOthers, takesPlace } from './unique.ts';
import { Watch, type WatchHost } from './watch.ts';
import { EXCHANGE } from './wire/numbers.ts';

/** Ours: a tunnel that stood this long ends a series of failures. */
const STABLE = seconds(60);

/** One configured connection at work: its ISAKMP SAs, its IPsec SAs, and whether it is meant to be up. */
export class Connection
  implements IpsecSasHost, PreludeHost, FollowingHost, CallerHost, SuccessionHost, Phase1LivesHost, WatchHost
{
  readonly policy: ConnectionPolicy;
  readonly sas = new Set<IsakmpSa>();
  readonly ipsec: IpsecSas;
  readonly #host: ConnectionHost;
  readonly attempts: Attempts;
  readonly leases: Leases;
  readonly following = new Following(this);
  readonly roaming = new Roaming(this);
  readonly succession = new Succession(this);
  readonly caller: Caller;
  readonly troubles = new Troubles();
  readonly lives = new Phase1Lives(this);
  readonly watch: Watch;
  readonly guarding: Guarding;

  constructor(policy: ConnectionPolicy, host: ConnectionHost) {
    this.policy = policy;
    this.#host = host;
    this.ipsec = new IpsecSas(this);
    this.attempts = new Attempts(host.settings.random, policy);
    this.leases = new Leases(policy, this);
    this.caller = new Caller(this);
    this.watch = new Watch(this, policy.dpd);
    this.guarding = new Guarding(policy, host);
  }

  get settings(): Settings {
    return this.#host.settings;
  }
  get own(): ConnectionHost['own'] {
    return this.#host.own;
  }
  get outbox(): Outbox {
    return this.#host.outbox;
  }
  get everyIpsec(): IpsecSas[] {
    return [...this.#host.connections.values()].map(({ ipsec }) => ipsec);
  }
  get pairs(): IpsecSas['pairs'] {
    return this.ipsec.pairs;
  }
  get negotiations(): IpsecSas['negotiations'] {
    return this.ipsec.negotiations;
  }
  /** The newest ISAKMP SA that stands. */
  get isakmp(): IsakmpSa | undefined {
    return newestStanding(this.sas);
  }
  standingWith(peer: string): StandingSa | undefined {
    return newestStanding(this.sas, peer);
  }
  now(): Instant {
    return this.#host.now();
  }
  freshPair(): number {
    return this.#host.freshPair();
  }
  /** A tunnel is up when its phase 2 is. */
  isUp(tunnel: string): boolean {
    return this.ipsec.isUp(tunnel);
  }

  initiate(now: Instant): void {
    if (!isPlace(this.policy.remote.address))
      throw new IkeError('PEER_ADDRESS_UNKNOWN', { connection: this.policy.name });
    this.attempts.want();
    this.#bringUp(now);
  }

  /** Successors for the SAs of one phase, whatever their time. */
  renew(phase: 1 | 2, now: Instant): void {
    if (phase === 2) return this.ipsec.renew(now);
    this.lives.renew(now);
  }

  /** Everything goes, the peer is told, and nothing follows: neither by itself nor from the peer, until it is wanted or allowed again. */
  terminate(now: Instant, reason: EndReason = 'command'): void {
    this.attempts.takeDown();
    this.guarding.restore();
    for (const pair of [...this.pairs.values()]) this.endPair(pair, reason, true);
    for (const sa of [...this.sas]) this.endSa(sa, reason, now, true);
  }

  /** Phase 1 stands: what it was for can begin, after XAUTH and Mode Config where there are any. */
  phase1Established(sa: IsakmpSa, now: Instant): void {
    const { established } = sa;
    this.sas.add(sa);
    if (this.attempts.takenDown) return this.endSa(sa, 'command', now, true);
    if (established === undefined || (this.policy.user === undefined && this.policy.modeConfig === undefined))
      return this.opened(sa, now);
    if (!hasRoomToAsk(this, sa)) return turnAway(this, sa, now);
    sa.prelude = new Prelude(sa, established, this, this.#host.settings.random);
    sa.prelude.begin(now);
  }

  /** The peer has proved all that it has to, so that it may do away with what stood before: phase 2 may begin. */
  opened(sa: IsakmpSa, now: Instant): void {
    sa.open();
    this.sas.delete(sa); // What is established last is the newest, not what was begun last.
    this.sas.add(sa);
    if (sa.established?.initialContact === true) forgetOthers(this, sa, now);
    const renews = this.following.gather(sa);
    if (!takesPlace(this, sa, now)) return this.endSa(sa, 'not-unique', now, true);
    if (!hasRoom(this, sa)) return turnAway(this, sa, now);
    this.succession.begin(sa, now);
    if (this.ipsec.allUp()) this.troubles.mended(1);
    if (renews) this.ipsec.renew(now);
    this.guarding.restore();
    if (isStanding(sa)) this.watch.opened(sa, now);
    if (this.attempts.mayBegin(sa.channel.role, now)) this.ipsec.start(this.standingWith(peerOf(sa)) ?? sa, now);
  }

  /** XAUTH or Mode Config came to nothing. */
  refused(sa: IsakmpSa, error: IkeError, now: Instant): void {
    if (!this.sas.has(sa)) return;
    this.troubles.failed(1, undefined, error, now);
    this.#host.outbox.event({ name: 'phase1.failed', sa: sa.channel.reference, failure: failureOf(error) });
    this.endSa(sa, 'refused', now, true);
    if (sa.channel.role === 'initiator') this.#scheduleRetry(now);
  }

  phase1Failed(sa: IsakmpSa, error: IkeError, now: Instant): void {
    this.sas.delete(sa);
    this.troubles.failed(1, undefined, error, now);
    if (sa.channel.role === 'initiator') this.#scheduleRetry(now);
  }

  lacksPhase1({ local, remote, peerId: id }: IpsecPair, now: Instant): void {
    this.caller.callAgain({ local, remote, id }, now);
  }
  proved(sa: IsakmpSa): void {
    this.#host.gate.proved(sa);
  }
  startPhase1(to: Whom, now: Instant): void {
    this.#host.startPhase1(this, now, to);
  }
  find(job: Job, answered: (result: JobResult, now: Instant) => void): void {
    this.#host.find(this, job, answered);
  }
  /** An authentic message of an SA, no replay. What an Informational says decides whether it shows that the peer is alive. */
  seen(sa: IsakmpSa, received: Received, now: Instant): void {
    this.succession.heard(sa, now);
    this.following.seen(sa, received, now);
    this.roaming.heard(sa, received);
    if (received.header.exchangeType !== EXCHANGE.INFORMATIONAL) this.watch.heard(sa, now);
  }
  died(peer: string, evidence: DeathEvidence, now: Instant): void {
    peerDied(this, peer, evidence, now);
  }
  relocated(): void {
    this.#host.relocated();
  }
  callFailed(error: IkeError, now: Instant): void {
    this.troubles.failed(1, undefined, error, now);
    this.#scheduleRetry(now);
  }

  endPair(pair: IpsecPair, reason: EndReason, tell: boolean): void {
    this.ipsec.end(pair, reason, tell);
  }
  phase2Ended({ tunnel, since, peer }: IpsecPair, reason: EndReason): void {
    const at = this.now();
    this.leases.left(peer);
    this.watch.left(peer);
    if (since + STABLE <= at) this.attempts.stood();
    this.troubles.ended(2, tunnel, reason, at);
  }

  phase2Established(sa: IsakmpSa): void {
    sa.doubt.agreed();
    if (this.ipsec.allUp()) this.troubles.mended();
  }

  phase2Failed(sa: IsakmpSa, tunnel: string | undefined, error: IkeError, role: Role | undefined): void {
    const now = this.now();
    this.troubles.failed(2, tunnel, error, now);
    if (role !== 'initiator') return;
    const reason = sa.doubt.failed(error);
    if (reason !== undefined) this.endSa(sa, reason, now, true); // The next attempt begins with a new one.
    this.#scheduleRetry(now);
  }

  /** Ends an ISAKMP SA; IPsec SAs outlive it (RFC 2408 §3.15 deletes what it names and nothing else). */
  endSa(sa: IsakmpSa, reason: EndReason, now: Instant, tell: boolean): void {
    if (!this.sas.has(sa)) return;
    if (!tell) this.sas.delete(sa); // The peer has ended it, so nothing can be told under it.
    sa.cancel(reason, now);
    this.sas.delete(sa);
    if (tell && sa.established !== undefined) sa.inform(isakmpDelete(sa.channel.cookies));
    if (isKnown(sa)) this.troubles.ended(1, undefined, reason, now);
    this.#host.outbox.event({ name: 'phase1.ended', sa: sa.channel.reference, reason });
    this.leases.left(peerOf(sa));
    this.watch.left(peerOf(sa));
    this.#host.gate.halfOpen.delete(sa); // Where it was proved by nothing but a user, and was not.
    this.#host.forget(sa);
  }

  /** The peer deleted ESP SAs. */
  deletedByPeer(sa: IsakmpSa, spis: readonly number[], now: Instant): void {
    if (this.ipsec.deletedByPeer(sa, spis)) this.#goOnAfterDelete(now);
  }

  saDeletedByPeer(sa: IsakmpSa, now: Instant): void {
    const known = isKnown(sa);
    this.endSa(sa, endByPeer(sa.established), now, false);
    if (known) this.#goOnAfterDelete(now);
    else if (sa.channel.role === 'initiator') this.#scheduleRetry(now);
  }

  /** Never at once: a peer that deletes whatever comes up would have us negotiate without end. */
  #goOnAfterDelete(now: Instant): void {
    const { attempts, policy } = this;
    if (this.ipsec.allUp()) return;
    if (attempts.policy.onPeerDelete === 'hold') return attempts.leave();
    if (attempts.policy.onPeerDelete === 'restart' && isPlace(policy.remote.address)) attempts.wantAtLeast();
    this.#scheduleRetry(now);
  }

  pairExpired(pair: IpsecPair, now: Instant): void {
    this.endPair(pair, 'expired', true);
    if (this.attempts.wanted) this.#bringUp(now);
  }

  /** The ESP back end refused a pair that was agreed. It will refuse the next as well: not at once. */
  pairRefused(pair: IpsecPair, reason: string, now: Instant): void {
    this.troubles.failed(2, pair.tunnel, new IkeError('BACKEND_FAILED', { reason }), now);
    this.endPair(pair, 'backend', true);
    this.#scheduleRetry(now);
  }

  tick(now: Instant): void {
    for (const sa of [...this.sas]) sa.tick(now);
    for (const part of [this.lives, this.succession, this.caller, this.watch, this.roaming]) part.tick(now);
    const lost = this.ipsec.tick(now);
    if (this.attempts.due(now) || (lost && this.attempts.wanted)) this.#bringUp(now);
  }

  deadline(): Instant | undefined {
    const parts = [this.caller, this.ipsec, this.succession, this.watch, this.roaming, this.lives, ...this.sas];
    return parts.reduce((at, part) => earlier(at, part.deadline()), this.attempts.next);
  }

  /** Whatever is missing gets begun: tunnels under the SA that stands, else phase 1 first. */
  #bringUp(now: Instant): void {
    if (this.ipsec.allUp()) return;
    const sa = this.isakmp;
    if (sa !== undefined) this.ipsec.start(sa, now);
    else this.caller.call(now);
  }

  #scheduleRetry(now: Instant): void {
    const { wanted, policy } = this.attempts;
    const inMilliseconds = this.attempts.failed(now);
    const [connection, attempts] = [this.policy.name, policy.keyingTries ?? 0];
    if (inMilliseconds !== undefined) this.outbox.event({ name: 'attempt.scheduled', connection, inMilliseconds });
    else if (wanted && !this.attempts.wanted) this.outbox.event({ name: 'attempts.given-up', connection, attempts });
  }
}
