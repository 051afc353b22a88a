import { IkeError } from '../base/errors.ts';
import { after, type Instant, seconds } from '../base/instant.ts';
import { Attempts } from './attempts.ts';
import type { Received } from './conversation.ts';
import type { EndReason, Failure, Role } from './events.ts';
import { espDelete, isakmpDelete, notification } from './exchange/informational.ts';
import type { QuickModeResult } from './exchange/quick-mode.ts';
import { quickModeInitiator } from './exchange/quick-mode-initiator.ts';
import { quickModeResponder } from './exchange/quick-mode-responder.ts';
import { endsOf } from './ends.ts';
import { failureOf } from './failure.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { type IpsecPair, Negotiation } from './ipsec-pair.ts';
import type { ConnectionPolicy, TunnelPolicy } from './negotiate/policy.ts';
import type { Settings } from './options.ts';
import type { Outbox } from './outbox.ts';
import { newestStanding, peerOf } from './peer.ts';
import { supersede } from './supersede.ts';
import { EXCHANGE, PROTOCOL } from './wire/numbers.ts';

export interface ConnectionHost {
  readonly settings: Settings;
  readonly outbox: Outbox;
  /** The time of the call under way. */
  now(): Instant;
  /** A number for a pair that no other pair has. */
  freshPair(): number;
  startPhase1(connection: Connection, now: Instant): void;
  forget(sa: IsakmpSa): void;
}

/** Ours: a tunnel that stood this long ends a series of failures. */
const STABLE = seconds(60);

/** One configured connection at work: its ISAKMP SAs, its pairs of IPsec SAs, and whether it is meant to be up. */
export class Connection {
  readonly policy: ConnectionPolicy;
  readonly sas = new Set<IsakmpSa>();
  readonly pairs = new Map<number, IpsecPair>();
  readonly negotiations = new Map<number, Negotiation>();
  readonly #host: ConnectionHost;
  readonly attempts: Attempts;
  lastFailure: { readonly phase: 1 | 2; readonly failure: Failure; readonly at: Instant } | undefined;

  /** What ended last, and why. */
  lastEnd:
    | { readonly phase: 1 | 2; readonly tunnel?: string; readonly reason: EndReason; readonly at: Instant }
    | undefined;

  constructor(policy: ConnectionPolicy, host: ConnectionHost) {
    this.policy = policy;
    this.#host = host;
    this.attempts = new Attempts(host.settings.random);
  }

  /** The newest ISAKMP SA that stands. */
  get isakmp(): IsakmpSa | undefined {
    return newestStanding(this.sas);
  }

  initiate(now: Instant): void {
    endsOf(this.policy);
    this.attempts.want();
    this.#bringUp(now);
  }

  /** Everything goes, the peer is told, and nothing follows by itself. */
  terminate(now: Instant, reason: EndReason = 'command'): void {
    this.attempts.stop();
    for (const pair of [...this.pairs.values()]) this.endPair(pair, reason, true);
    for (const sa of [...this.sas]) this.endSa(sa, reason, now, true);
  }

  /** Phase 1 stands: what it was for can begin. */
  phase1Established(sa: IsakmpSa, initialContact: boolean, now: Instant): void {
    this.sas.delete(sa); // What is established last is the newest, not what was begun last.
    this.sas.add(sa);
    if (initialContact) this.forgetOthers(sa, now);
    if (!this.attempts.wanted) return;
    for (const tunnel of this.policy.tunnels) this.#startTunnel(tunnel, sa, now);
  }

  phase1Failed(sa: IsakmpSa, error: IkeError, now: Instant): void {
    this.sas.delete(sa);
    this.#failed(1, error, now);
    if (sa.channel.role === 'initiator') this.#scheduleRetry(now);
  }

  /** The first message of a Quick Mode of the peer, under an SA that stands. */
  respond(sa: IsakmpSa, received: Received, now: Instant): void {
    const { messageId } = received.header;
    const { established } = sa;
    if (established === undefined || messageId === 0) return sa.dropped('unexpected', received.remote);
    if (this.negotiations.size >= this.#host.settings.limits.quickModes) return sa.dropped('limit', received.remote);
    const pair = this.#host.freshPair();
    const state = { name: 'awaiting-offer', phase1: established, messageId, pair } as const;
    const exchange = sa.converse(
      quickModeResponder,
      state,
      EXCHANGE.QUICK_MODE,
      messageId,
      sa.chainFor(messageId),
      (moved, at) => {
        if (moved.name === 'established') this.#pairEstablished(sa, moved.result, 'responder', at);
        else if (moved.name === 'failed') this.#phase2Failed(sa, pair, moved.error, at);
        else if ('outbound' in moved) this.negotiations.get(pair)?.answered(moved.outbound.result.inboundSpi);
        else if ('tunnel' in moved) this.#negotiating(sa, pair, messageId, moved.tunnel.name, 'responder');
      },
    );
    exchange.receive(received, now);
    // A first message that was not believed leaves nothing behind, so that the genuine one can come under the same id.
    if (exchange.stateName === 'awaiting-offer') sa.exchanges.delete(messageId);
    else sa.messageIds.use(messageId, 'quick-mode');
  }

  /** Ends a pair; `tell` where the peer does not know yet. */
  endPair(pair: IpsecPair, reason: EndReason, tell: boolean): void {
    if (!this.pairs.delete(pair.pair)) return;
    for (const direction of ['outbound', 'inbound'] as const)
      this.#host.outbox.push({ type: 'remove-sa', pair: pair.pair, direction });
    if (tell) newestStanding(this.sas, pair.peer)?.inform(espDelete(pair.inboundSpi));
    if (pair.since + STABLE <= this.#host.now()) this.attempts.stood();
    const { tunnel, pair: id } = pair;
    this.lastEnd = { phase: 2, tunnel, reason, at: this.#host.now() };
    this.#host.outbox.event({ name: 'phase2.ended', connection: this.policy.name, tunnel, pair: id, reason });
  }

  /** Ends an ISAKMP SA; IPsec SAs outlive it (RFC 2408 §3.15 deletes what it names and nothing else). */
  endSa(sa: IsakmpSa, reason: EndReason, now: Instant, tell: boolean): void {
    if (!this.sas.has(sa)) return;
    if (!tell) this.sas.delete(sa); // The peer has ended it, so nothing can be told under it.
    sa.abandon(new IkeError('CANCELLED', { reason }), now);
    this.sas.delete(sa);
    if (tell && sa.established !== undefined) sa.inform(isakmpDelete(sa.channel.cookies));
    // Who takes everything down deletes the tunnel first, and that is the end that a user asks about.
    if (this.lastEnd?.phase !== 2 || this.lastEnd.at + seconds(1) <= now) this.lastEnd = { phase: 1, reason, at: now };
    this.#host.outbox.event({ name: 'phase1.ended', sa: sa.channel.reference, reason });
    this.#host.forget(sa);
  }

  /** The peer deleted ESP SAs: by the SPIs that it receives with, which are our outbound ones. */
  deletedByPeer(sa: IsakmpSa, spis: readonly number[], now: Instant): void {
    // Interop: some Cisco versions name the SPIs that they send with.
    const named = this.#pairsOf(sa).filter(
      ({ inboundSpi, outboundSpi }) => spis.includes(outboundSpi) || spis.includes(inboundSpi),
    );
    for (const pair of named) this.endPair(pair, 'deleted-by-peer', false);
    if (named.length > 0) this.#scheduleRetry(now);
  }

  saDeletedByPeer(sa: IsakmpSa, now: Instant): void {
    this.endSa(sa, 'deleted-by-peer', now, false);
    if (!this.#allUp()) this.#scheduleRetry(now);
  }

  /** A protected error without a message id: it is about the Quick Mode that waits, where only one does (RFC 2409 §5.7 names none). */
  refusedByPeer(sa: IsakmpSa, error: IkeError, now: Instant): void {
    const waiting = [...sa.exchanges.values()].filter(({ stateName }) => stateName === 'awaiting-answer');
    const [only] = waiting;
    if (waiting.length === 1) only?.abandon(error, now);
    else if (waiting.length > 1) sa.keepHint(error);
  }

  pairExpired(pair: IpsecPair, now: Instant, reason: EndReason): void {
    this.endPair(pair, reason, true);
    if (this.attempts.wanted) this.#bringUp(now);
  }

  /** The ESP back end refused a pair that was agreed. It will refuse the next as well: not at once. */
  pairRefused(pair: IpsecPair, reason: string, now: Instant): void {
    this.#failed(2, new IkeError('BACKEND_FAILED', { reason }), now);
    this.endPair(pair, 'backend', true);
    this.#scheduleRetry(now);
  }

  tick(now: Instant): void {
    for (const sa of [...this.sas]) {
      sa.tick(now);
      if (sa.established !== undefined && sa.established.expires <= now) this.endSa(sa, 'expired', now, true);
    }
    for (const pair of [...this.pairs.values()]) if (pair.expires <= now) this.pairExpired(pair, now, pair.endReason);
    if (this.attempts.due(now)) this.#bringUp(now);
  }

  deadline(): Instant | undefined {
    const sas = [...this.sas].flatMap((sa) => [sa.deadline() ?? [], sa.established?.expires ?? []].flat());
    const all = [
      ...sas,
      ...[...this.pairs.values()].map(({ expires }) => expires),
      ...(this.attempts.next === undefined ? [] : [this.attempts.next]),
    ];
    return all.length === 0 ? undefined : (Math.min(...all) as Instant);
  }

  /** Whatever is missing gets begun: tunnels under the SA that stands, else phase 1 first. */
  #bringUp(now: Instant): void {
    if (this.#allUp()) return;
    const sa = this.isakmp;
    if (sa !== undefined) {
      for (const tunnel of this.policy.tunnels) this.#startTunnel(tunnel, sa, now);
    } else if (![...this.sas].some(({ channel }) => channel.role === 'initiator')) this.#host.startPhase1(this, now);
  }

  #allUp(): boolean {
    return this.policy.tunnels.every(({ name }) => this.isUp(name));
  }

  /** A tunnel is up when its phase 2 is. */
  isUp(tunnel: string): boolean {
    return [...this.pairs.values()].some((pair) => pair.tunnel === tunnel && pair.endReason !== 'replaced');
  }

  #startTunnel(tunnel: TunnelPolicy, sa: IsakmpSa, now: Instant): void {
    const { established } = sa;
    if (established === undefined || this.isUp(tunnel.name)) return;
    if ([...this.negotiations.values()].some((other) => other.tunnel === tunnel.name && other.role === 'initiator'))
      return;
    const messageId = sa.messageIds.fresh('quick-mode');
    const pair = this.#host.freshPair();
    const state = { name: 'ready', phase1: established, messageId, pair, tunnel } as const;
    const exchange = sa.converse(
      quickModeInitiator,
      state,
      EXCHANGE.QUICK_MODE,
      messageId,
      sa.chainFor(messageId),
      (moved, at) => {
        if (moved.name === 'established') this.#pairEstablished(sa, moved.result, 'initiator', at);
        else if (moved.name === 'failed') this.#phase2Failed(sa, pair, moved.error, at);
      },
    );
    this.#negotiating(sa, pair, messageId, tunnel.name, 'initiator');
    exchange.input({ type: 'begin' }, now);
  }

  #negotiating(sa: IsakmpSa, pair: number, messageId: number, tunnel: string, role: Role): void {
    if (this.negotiations.has(pair)) return;
    this.negotiations.set(pair, new Negotiation(tunnel, role, this.#host.now(), () => sa.exchanges.get(messageId)));
    this.#host.outbox.event({ name: 'phase2.started', sa: sa.channel.reference, tunnel, messageId, role });
  }

  #pairEstablished(sa: IsakmpSa, result: QuickModeResult, role: Role, now: Instant): void {
    const began = this.negotiations.get(result.pair)?.began ?? now;
    this.negotiations.delete(result.pair);
    sa.doubt.agreed();
    const { duration } = result.agreement.lifetime;
    const older = this.#pairsOf(sa).filter(({ tunnel }) => tunnel === result.tunnel);
    for (const surplus of supersede(older, began, now)) this.endPair(surplus, 'replaced', true);
    this.pairs.set(result.pair, {
      ...result,
      role,
      peer: peerOf(sa),
      since: now,
      expires: after(now, duration),
      endReason: 'expired',
    });
    if (this.lastFailure !== undefined && this.#allUp()) this.lastFailure = undefined;
  }

  #phase2Failed(sa: IsakmpSa, pair: number, error: IkeError, now: Instant): void {
    const { tunnel, role, inboundSpi } = this.negotiations.get(pair) ?? {};
    this.negotiations.delete(pair);
    this.#host.outbox.event({ name: 'phase2.failed', sa: sa.channel.reference, tunnel, failure: failureOf(error) });
    this.#failed(2, error, now);
    if (inboundSpi !== undefined) newestStanding(this.sas, peerOf(sa))?.inform(espDelete(inboundSpi));
    if (role === 'initiator') {
      const reason = sa.doubt.failed(error);
      if (reason !== undefined) this.endSa(sa, reason, now, true); // The next attempt begins with a new one.
      this.#scheduleRetry(now);
    } else if (error.notify !== undefined) sa.inform(notification(error.notify, PROTOCOL.ESP, new Uint8Array()));
  }

  #failed(phase: 1 | 2, error: IkeError, at: Instant): void {
    if (error.code !== 'CANCELLED') this.lastFailure = { phase, failure: failureOf(error), at };
  }

  /**
   * RFC 2407 §4.6.3.3: the peer holds no other SA with us, so what we hold of it is dead. That was true when it began this phase 1:
   * what came up since, because both sides began at once, it does hold.
   */
  forgetOthers(sa: IsakmpSa, now: Instant): void {
    const older = (since: Instant | undefined): boolean => since !== undefined && since < sa.created;
    const others = [...this.sas].filter(
      (other) => other !== sa && older(other.established?.since) && peerOf(other) === peerOf(sa),
    );
    const pairs = this.#pairsOf(sa).filter(({ since }) => older(since));
    for (const pair of pairs) this.endPair(pair, 'initial-contact', false);
    for (const other of others) this.endSa(other, 'initial-contact', now, false);
  }

  #pairsOf(sa: IsakmpSa): IpsecPair[] {
    return [...this.pairs.values()].filter(({ peer }) => peer === peerOf(sa));
  }

  #scheduleRetry(now: Instant): void {
    const delay = this.attempts.failed(now);
    if (delay === undefined) return;
    this.#host.outbox.event({ name: 'attempt.scheduled', connection: this.policy.name, inMilliseconds: delay });
  }
}
