import type { UdpEndpoint } from '../base/address.ts';
import { between, type Instant } from '../base/instant.ts';
import { Timetable } from '../base/timetable.ts';
import { type Evidence, Liveness } from '../dpd/liveness.ts';
import type { LivenessPolicy } from '../dpd/policy.ts';
import { firstSequence, type LivenessMessage, rUThere } from '../dpd/r-u-there.ts';
import type { Caller } from './caller.ts';
import type { Death, DeathEvidence } from './death.ts';
import type { Job, JobResult } from './effects.ts';
import type { IpsecPair } from './ipsec-pair.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { ConnectionPolicy } from './negotiate/policy.ts';
import type { Settings } from './options.ts';
import type { Outbox } from './outbox.ts';
import { peerOf, type StandingSa } from './peer.ts';
import { payload } from './wire/payload.ts';

/** What has the peers that are watched. */
export interface WatchHost {
  readonly policy: Pick<ConnectionPolicy, 'name'>;
  readonly settings: Pick<Settings, 'random'>;
  readonly outbox: Outbox;
  readonly caller: Pick<Caller, 'mayCall' | 'callAgain'>;
  readonly sas: ReadonlySet<IsakmpSa>;
  readonly pairs: ReadonlyMap<number, IpsecPair>;
  standingWith(peer: string): StandingSa | undefined;
  /** Has it looked what there is of a peer's traffic. */
  find(job: Job, answered: (result: JobResult, now: Instant) => void): void;
  died(peer: string, evidence: DeathEvidence, now: Instant): void;
}

/** Whether the peers of one connection are alive: each is watched as one, whatever SAs and tunnels it has (RFC 3706 §5). */
export class Watch {
  readonly #host: WatchHost;
  readonly #peers = new Map<string, Liveness>();
  readonly #due = new Timetable<string>();
  #policy: LivenessPolicy | undefined;
  lastDeath: (Death & { readonly at: Instant }) | undefined;

  constructor(host: WatchHost, policy: LivenessPolicy | undefined) {
    this.#host = host;
    this.#policy = policy;
  }

  get peers(): ReadonlyMap<string, Liveness> {
    return this.#peers;
  }
  /** Another policy from now on; nothing of it was ever agreed with a peer. */
  use(policy: LivenessPolicy | undefined): void {
    this.#policy = policy;
    for (const [peer, liveness] of this.#peers) {
      liveness.policy = policy;
      this.#settle(peer, liveness);
    }
  }

  /** A peer has proved itself, for the first time or anew. */
  opened(sa: StandingSa, now: Instant): void {
    const peer = peerOf(sa);
    const sequence = firstSequence(this.#host.settings.random);
    const liveness = this.#peers.get(peer) ?? new Liveness(this.#policy, sequence, now);
    this.#peers.set(peer, liveness);
    liveness.speaks = sa.established.peer.dpd;
    liveness.nat = sa.established.nat.encapsulate;
    liveness.renewed(sequence, now);
    this.#settle(peer, liveness);
  }

  /** A message under the keys of an SA, no replay. */
  heard(sa: IsakmpSa, now: Instant): void {
    this.#change(peerOf(sa), (liveness) => liveness.sign('ike', now));
  }

  /** A question or an answer of DPD, under the keys of an SA. */
  told(sa: IsakmpSa, { kind, sequence }: LivenessMessage, now: Instant): void {
    this.#change(peerOf(sa), (liveness) => {
      if (kind === 'question') return liveness.question(sequence, now);
      const isCredited = liveness.awaits(sequence);
      const roundTripMilliseconds = liveness.answer(sequence, now);
      const trip = roundTripMilliseconds === undefined ? {} : { roundTripMilliseconds };
      if (isCredited)
        this.#host.outbox.event({ name: 'dpd.acknowledged', sa: sa.channel.reference, sequence, ...trip });
    });
  }

  /** The ESP back end tells by itself that there was a packet of this pair. */
  espSeen(pair: number, now: Instant): void {
    const peer = this.#host.pairs.get(pair)?.peer;
    if (peer !== undefined) this.#change(peer, (liveness) => liveness.espSeen(now));
  }

  /** Nobody knows how long we were away. */
  awake(now: Instant): void {
    for (const peer of this.#peers.keys()) this.#change(peer, (liveness) => liveness.awake(now));
  }

  /** Whether it is there shows sooner than at its time. */
  ask(peer: string, now: Instant): void {
    this.#change(peer, (liveness) => this.#ask(peer, liveness, now));
  }

  /** Something of a peer has ended: when it was the last, there is nobody to watch. */
  left(peer: string): void {
    const { sas, pairs } = this.#host;
    if (!this.#peers.has(peer)) return;
    if ([...sas].some((sa) => peerOf(sa) === peer) || [...pairs.values()].some((pair) => pair.peer === peer)) return;
    this.#peers.delete(peer);
    this.#due.set(peer, undefined);
  }

  deadline(): Instant | undefined {
    return this.#due.next();
  }

  tick(now: Instant): void {
    for (const peer of this.#due.due(now)) {
      this.#change(peer, (liveness) => {
        if (liveness.due(now)) this.#look(peer, liveness.isGrave(now));
      });
    }
  }

  #looked(peer: string, result: JobResult, now: Instant): void {
    const liveness = this.#peers.get(peer);
    if (liveness === undefined) return;
    const { traffic, route } = result.kind === 'look-for-life' ? result : { traffic: [], route: undefined };
    const decision = liveness.looked(traffic, now);
    // "We are cut off" is not "the peer is dead".
    if (decision === 'dead' && liveness.isProved(route === 'none', now)) {
      const evidence = { ...liveness.evidence(now), route: route ?? ('unknown' as const) };
      return this.#host.died(peer, evidence, now);
    }
    if (decision !== 'nothing') this.#ask(peer, liveness, now);
    this.#settle(peer, liveness);
  }

  #look(peer: string, route: boolean): void {
    const ends = this.#ends(peer);
    if (ends === undefined) return;
    const pairs = this.#pairsOf(peer).map(({ pair }) => pair);
    this.#host.find(
      { kind: 'look-for-life', pairs, local: ends.local.address, remote: ends.remote.address, route },
      (result, now) => this.#looked(peer, result, now),
    );
  }

  /**
   * RFC 3706 §5.5 asks under an ISAKMP SA. Where only ESP is left of a peer, a new phase 1 is the question: that it comes to stand is
   * the answer.
   */
  #ask(peer: string, liveness: Liveness, now: Instant): void {
    const { outbox, policy, caller } = this.#host;
    const connection = policy.name;
    const sa = this.#host.standingWith(peer);
    if (sa !== undefined) {
      const sequence = liveness.ask(now);
      sa.inform(payload('notification', rUThere(sa.channel.cookies, sequence)));
      return outbox.event({ name: 'dpd.asked', connection, peer, by: 'r-u-there', sequence });
    }
    const pair = this.#pairsOf(peer).at(-1);
    if (pair === undefined) return liveness.unable(now);
    const isCalling = [...this.#host.sas].some(
      (own) => own.established === undefined && own.channel.role === 'initiator',
    );
    if (!caller.mayCall() && !isCalling) return liveness.unable(now);
    liveness.asked(now);
    caller.callAgain({ local: pair.local, remote: pair.remote, id: pair.peerId }, now);
    outbox.event({ name: 'dpd.asked', connection, peer, by: 'phase1' });
  }

  #ends(peer: string): { readonly local: UdpEndpoint; readonly remote: UdpEndpoint } | undefined {
    return this.#host.standingWith(peer)?.channel ?? this.#pairsOf(peer).at(-1);
  }
  #pairsOf(peer: string): IpsecPair[] {
    return [...this.#host.pairs.values()].filter((pair) => pair.peer === peer);
  }

  #change(peer: string, change: (liveness: Liveness) => void): void {
    const liveness = this.#peers.get(peer);
    if (liveness === undefined) return;
    change(liveness);
    this.#settle(peer, liveness);
  }
  #settle(peer: string, liveness: Liveness): void {
    this.#due.set(peer, liveness.deadline());
  }
}

/** What is known of the life of one peer, for the status. Times are spans. */
export interface LivenessSnapshot extends Evidence {
  readonly peer: string;
  /** `off`: nobody is asked here; `not-spoken`: the peer has not said that it would answer; `asked`: and has not answered yet. */
  readonly state: 'off' | 'not-spoken' | 'alive' | 'asked';
  /** When it will be dead, if nothing comes. */
  readonly deadInMilliseconds?: number;
}

export function livenessSnapshot(peer: string, liveness: Liveness, now: Instant): LivenessSnapshot {
  const { policy, speaks } = liveness;
  const evidence = liveness.evidence(now);
  const deadAt = liveness.deadAt();
  const asked = evidence.unanswered > 0 ? 'asked' : 'alive';
  return {
    peer,
    state: policy === undefined ? 'off' : speaks ? asked : 'not-spoken',
    ...evidence,
    ...(deadAt === undefined ? {} : { deadInMilliseconds: between(now, deadAt) }),
  };
}
