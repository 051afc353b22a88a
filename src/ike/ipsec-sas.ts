import { sameEndpoint, type UdpEndpoint } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import { groupBy } from '../base/group-by.ts';
import { after, earlier, type Instant, seconds } from '../base/instant.ts';
import type { Received } from './received.ts';
import type { EndReason, Role } from './events.ts';
import { claimedByOthers } from './claims.ts';
import { espDelete, notification } from './exchange/informational.ts';
import type { QuickModeResult } from './exchange/quick-mode.ts';
import { quickModeInitiator } from './exchange/quick-mode-initiator.ts';
import { quickModeResponder } from './exchange/quick-mode-responder.ts';
import type { Ends } from './ends.ts';
import { failureOf } from './failure.ts';
import { follows } from './following.ts';
import { type IpsecPair, isForOthers, lifeOfPair, Negotiation, tunnelUnder } from './ipsec-pair.ts';
import type { IpsecSasHost } from './ipsec-sas-host.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { endByPeer, isReplaced, RENEWAL_RETRY, settle, settlesAt, supersede } from './life.ts';
import type { TunnelPolicy } from './negotiate/policy.ts';
import { isProved, isStanding, peerOf } from './peer.ts';
import { QuickModeAdmission } from './quick-mode-admission.ts';
import { WithdrawnSpis } from './withdrawn-spis.ts';
import { EXCHANGE, PROTOCOL } from './wire/numbers.ts';

/** Ours: how long a renewal waits for the peer's first packet on the new SA; longer than its second message comes again after. */
const HELD = seconds(10);

/** Ours: a Quick Mode of the other side's is there by then, and a tenth of the volume lasts longer. */
const NEAR_LIMIT_PAUSE = seconds(2);

/** The IPsec SAs of one connection: the pairs that stand, and the Quick Modes under way (RFC 2409 §5.5). */
export class IpsecSas {
  readonly pairs = new Map<number, IpsecPair>();
  readonly negotiations = new Map<number, Negotiation>();
  readonly #host: IpsecSasHost;
  readonly #admission: QuickModeAdmission;
  readonly #withdrawn: WithdrawnSpis;

  constructor(host: IpsecSasHost) {
    this.#host = host;
    this.#admission = new QuickModeAdmission(host);
    this.#withdrawn = new WithdrawnSpis(host);
  }

  /** What is to be up: where we keep to the networks that the peer includes, the tunnels that have one. */
  get tunnels(): readonly TunnelPolicy[] {
    const { policy, isakmp } = this.#host;
    return policy.modeConfig?.unity === true ? (isakmp?.established?.connection ?? policy).tunnels : policy.tunnels;
  }
  allUp(): boolean {
    return this.tunnels.every(({ name }) => this.isUp(name));
  }

  /** A tunnel is up when its phase 2 is. */
  isUp(tunnel: string): boolean {
    return [...this.pairs.values()].some((pair) => pair.tunnel === tunnel && !isReplaced(pair));
  }

  pairsOf(sa: IsakmpSa): IpsecPair[] {
    return [...this.pairs.values()].filter(({ peer }) => peer === peerOf(sa));
  }

  /** A Quick Mode for each tunnel that is missing. */
  start(sa: IsakmpSa, now: Instant): void {
    for (const { name } of this.tunnels) if (!this.isUp(name)) this.#begin(name, sa, now);
  }

  /** Renews what is due, settles what collided, ends what has expired. Returns whether a pair is gone that nothing replaced. */
  tick(now: Instant): boolean {
    let lost = false;
    this.#withdrawn.tick(now);
    for (const lives of this.#sameTunnel()) {
      for (const pair of settle(lives, now)) this.#leave(pair);
      for (const pair of lives) {
        this.#outboundDue(pair, now);
        if (pair.expires <= now) lost = this.#expired(pair) || lost;
        else if (pair.renewAt !== undefined && pair.renewAt <= now) this.replace(pair, now);
      }
    }
    return lost;
  }

  deadline(): Instant | undefined {
    let at = this.#withdrawn.deadline();
    for (const { expires, renewAt, outbound } of this.pairs.values()) {
      at = earlier(earlier(at, expires), renewAt);
      if (outbound.state === 'held') at = earlier(at, outbound.until);
    }
    // Most tunnels have one pair, and nothing to settle.
    if (this.pairs.size > 1) for (const lives of this.#sameTunnel()) at = earlier(at, settlesAt(lives));
    return at;
  }

  /** The first authentic packet came on the inbound SA of this pair: the peer has what it needs. */
  inboundUsed(pair: number, now: Instant): void {
    const standing = this.pairs.get(pair);
    if (standing !== undefined) {
      standing.provedAt ??= now;
      this.#use(standing);
    }
    this.negotiations.get(pair)?.inboundUsed(now);
  }

  /** Renews what nothing has replaced, whatever its time. */
  renew(now: Instant): void {
    for (const pair of [...this.pairs.values()]) if (!isReplaced(pair)) this.replace(pair, now);
  }

  /** A limit of the SA is near that the back end counts: kilobytes, or sequence numbers. */
  nearLimit(pair: IpsecPair, now: Instant): void {
    if (pair.renewAt === undefined) return;
    if (pair.role === 'initiator') this.replace(pair, now);
    // Both sides count the same packets: who answered the first time gives the other its time.
    else pair.renewAt = earlier(pair.renewAt, after(now, NEAR_LIMIT_PAUSE));
  }

  /** The first message of a Quick Mode of the peer, under an SA that stands. */
  respond(sa: IsakmpSa, received: Received, now: Instant): void {
    const { messageId } = received.header;
    if (!isStanding(sa) || messageId === 0) return sa.dropped('unexpected', received.remote);
    if (!this.#admission.admits(sa, this, now)) return sa.dropped('limit', received.remote);
    const pair = this.#host.freshPair();
    const claimed = claimedByOthers(this, sa, this.#host);
    const state = { name: 'awaiting-offer', phase1: sa.established, messageId, pair, claimed } as const;
    const exchange = sa.converse(quickModeResponder, state, EXCHANGE.QUICK_MODE, messageId, (moved, at) => {
      if (moved.name === 'established') this.#pairEstablished(sa, moved.result, 'responder', at);
      else if (moved.name === 'failed') this.#failed(sa, pair, moved.error);
      else if ('outbound' in moved) this.negotiations.get(pair)?.answered(moved.outbound.result.inboundSpi);
      else if ('tunnel' in moved) this.#negotiating(sa, pair, messageId, moved.tunnel, 'responder');
    });
    exchange.receive(received, now);
    // A first message that was not believed leaves nothing behind, so that the genuine one can come under the same id.
    if (exchange.stateName === 'awaiting-offer') {
      sa.exchanges.delete(messageId);
      this.#admission.unproved(sa);
    } else sa.messageIds.use(messageId, 'quick-mode');
  }

  /** What there is with a peer at one place goes to another. */
  move(peer: string, from: UdpEndpoint, to: Ends): void {
    for (const pair of this.pairs.values()) {
      if (pair.peer !== peer || !sameEndpoint(pair.remote, from)) continue;
      const { outbound } = pair;
      pair.local = to.local;
      pair.remote = to.remote;
      if (isForOthers(pair)) {
        if (!isReplaced(pair)) this.replace(pair, this.#host.now());
        continue;
      }
      if (outbound.state === 'held')
        pair.outbound = { ...outbound, sa: { ...outbound.sa, sa: { ...outbound.sa.sa, ...to } } };
      this.#host.outbox.push({ type: 'move-sa', pair: pair.pair, ...to });
    }
  }

  /** Ends a pair; `tell` where the peer does not know yet. */
  end(pair: IpsecPair, reason: EndReason, tell: boolean): void {
    if (!this.pairs.delete(pair.pair)) return;
    const { outbox, policy } = this.#host;
    this.#carriedBy(this.#alike(pair));
    for (const direction of ['outbound', 'inbound'] as const)
      outbox.push({ type: 'remove-sa', pair: pair.pair, direction });
    if (tell && reason === 'replaced') this.#withdrawn.add(pair.peer, pair.inboundSpi, this.#host.now());
    else if (tell) this.#host.standingWith(pair.peer)?.inform(espDelete(pair.inboundSpi));
    outbox.event({ name: 'phase2.ended', connection: policy.name, tunnel: pair.tunnel, pair: pair.pair, reason });
    this.#host.phase2Ended(pair, reason);
  }

  /** The peer deleted ESP SAs: by the SPIs that it receives with, which are our outbound ones. Whether any of them is ours. */
  deletedByPeer(sa: IsakmpSa, spis: readonly number[]): boolean {
    // Interop: some Cisco versions name the SPIs that they send with.
    const named = this.pairsOf(sa).filter(
      ({ inboundSpi, outboundSpi }) => spis.includes(outboundSpi) || spis.includes(inboundSpi),
    );
    for (const pair of named) this.end(pair, endByPeer(pair), false);
    return named.length > 0;
  }

  #begin(name: string, sa: IsakmpSa, now: Instant, renewed?: IpsecPair): void {
    const peer = peerOf(sa);
    const tunnel = tunnelUnder(sa, name, renewed);
    if (!isProved(sa) || tunnel === undefined || this.#negotiates(tunnel.name, peer, 'initiator')) return;
    const messageId = sa.messageIds.fresh('quick-mode');
    const pair = this.#host.freshPair();
    const alike = this.#alike({ tunnel: tunnel.name, peer });
    const renews = alike.some((other) => other.outbound.state === 'used' && !isForOthers(other));
    const state = { name: 'ready', phase1: sa.established, messageId, pair, tunnel, renews } as const;
    const exchange = sa.converse(quickModeInitiator, state, EXCHANGE.QUICK_MODE, messageId, (moved, at) => {
      if (moved.name === 'established') this.#pairEstablished(sa, moved.result, 'initiator', at);
      else if (moved.name === 'failed') this.#failed(sa, pair, moved.error);
    });
    this.#negotiating(sa, pair, messageId, tunnel, 'initiator');
    exchange.input({ type: 'begin' }, now);
  }

  #negotiating(sa: IsakmpSa, pair: number, messageId: number, tunnel: TunnelPolicy, role: Role): void {
    if (this.negotiations.has(pair)) return;
    const about = { sa, tunnel, role, began: this.#host.now() };
    this.negotiations.set(pair, new Negotiation(about, () => sa.exchanges.get(messageId)));
    this.#host.outbox.event({ name: 'phase2.started', sa: sa.channel.reference, tunnel: tunnel.name, messageId, role });
  }

  #pairEstablished(sa: IsakmpSa, result: QuickModeResult, role: Role, now: Instant): void {
    const negotiation = this.negotiations.get(result.pair);
    const began = negotiation?.began ?? now;
    this.negotiations.delete(result.pair);
    const { held, ...agreed } = result;
    const { local, remote } = sa.channel;
    const { peerId, nat } = sa.established ?? {};
    if (peerId === undefined || nat === undefined) throw new IkeError('INTERNAL', { what: 'phase 2 without phase 1' });
    const older = this.#alike({ tunnel: result.tunnel, peer: peerOf(sa) });
    this.pairs.set(result.pair, {
      peer: peerOf(sa),
      peerId,
      local,
      remote,
      follows: follows(nat),
      outbound: held === undefined ? { state: 'used' } : { state: 'held', sa: held, until: after(now, HELD) },
      ...agreed,
      ...lifeOfPair(result, role, this.#host, now),
    });
    // The peer moved in the midst of it.
    if (negotiation !== undefined && !sameEndpoint(negotiation.remote, remote))
      this.#host.outbox.push({ type: 'move-sa', pair: result.pair, local, remote });
    for (const surplus of supersede(older, { role, began }, now)) this.end(surplus, 'replaced', true);
    // What this one was to replace may have ended in the midst of it.
    this.#carriedBy(this.#alike({ tunnel: result.tunnel, peer: peerOf(sa) }));
    this.#host.phase2Established(sa);
  }

  /** Begins a Quick Mode for the tunnel of a pair that stands on, or was of no use, and the next one soon if this comes to nothing. */
  replace(pair: IpsecPair, now: Instant): void {
    const { tunnel } = pair;
    if (pair.renewAt !== undefined) pair.renewAt = after(now, RENEWAL_RETRY);
    const isKnown = this.#host.policy.tunnels.some(({ name }) => name === tunnel);
    if (!isKnown || this.#negotiates(tunnel, pair.peer)) return;
    const sa = this.#host.standingWith(pair.peer);
    if (sa === undefined) this.#host.lacksPhase1(pair, now);
    else this.#begin(tunnel, sa, now, pair);
  }

  #negotiates(tunnel: string, peer: string, role?: Role): boolean {
    return [...this.negotiations.values()].some(
      (other) => other.tunnel === tunnel && other.peer === peer && (role === undefined || other.role === role),
    );
  }

  #expired(pair: IpsecPair): boolean {
    const lost = !isReplaced(pair);
    this.end(pair, pair.endReason, true);
    return lost;
  }

  /** Packets leave on another pair from here on; what comes on this one still arrives. */
  #leave(pair: IpsecPair): void {
    pair.outbound = { state: 'left' };
    this.#carriedBy(this.#alike(pair));
    this.#host.outbox.push({ type: 'remove-sa', pair: pair.pair, direction: 'outbound' });
  }

  #outboundDue(pair: IpsecPair, now: Instant): void {
    const { outbound } = pair;
    if (outbound.state === 'held' && outbound.until <= now) this.#use(pair);
  }

  /** What carried the packets goes, so one of those that waited to do so has to. */
  #carriedBy(pairs: readonly IpsecPair[]): void {
    if (pairs.some(({ outbound }) => outbound.state === 'used')) return;
    for (const pair of pairs) this.#use(pair);
  }

  #use(pair: IpsecPair): void {
    if (pair.outbound.state !== 'held') return;
    this.#host.outbox.push({ type: 'install-sa', ...pair.outbound.sa });
    pair.outbound = { state: 'used' };
  }

  #alike({ tunnel, peer }: Pick<IpsecPair, 'tunnel' | 'peer'>): IpsecPair[] {
    return [...this.pairs.values()].filter((pair) => pair.tunnel === tunnel && pair.peer === peer);
  }

  /** The pairs by what they are for, the oldest of each first. */
  #sameTunnel(): IpsecPair[][] {
    return groupBy(this.pairs.values(), ({ tunnel, peer }) => `${tunnel} ${peer}`);
  }

  #failed(sa: IsakmpSa, pair: number, error: IkeError): void {
    const { tunnel, role, inboundSpi } = this.negotiations.get(pair) ?? {};
    this.negotiations.delete(pair);
    this.#host.outbox.event({ name: 'phase2.failed', sa: sa.channel.reference, tunnel, failure: failureOf(error) });
    if (inboundSpi !== undefined) this.#withdrawn.add(peerOf(sa), inboundSpi, this.#host.now());
    const known = error.details['saidBy'] === 'peer';
    if (error.notify !== undefined && !known) sa.inform(notification(error.notify, PROTOCOL.ESP, new Uint8Array()));
    this.#host.phase2Failed(sa, tunnel, error, role);
  }
}
