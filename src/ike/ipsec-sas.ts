import { IkeError } from '../base/errors.ts';
import { after, type Instant } from '../base/instant.ts';
import type { Received } from './conversation.ts';
import type { EndReason, Role } from './events.ts';
import { espDelete, notification } from './exchange/informational.ts';
import type { QuickModeResult } from './exchange/quick-mode.ts';
import { quickModeInitiator } from './exchange/quick-mode-initiator.ts';
import { quickModeResponder } from './exchange/quick-mode-responder.ts';
import { failureOf } from './failure.ts';
import { type IpsecPair, Negotiation } from './ipsec-pair.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { ConnectionPolicy, TunnelPolicy } from './negotiate/policy.ts';
import type { Settings } from './options.ts';
import type { Outbox } from './outbox.ts';
import { peerOf } from './peer.ts';
import { supersede } from './supersede.ts';
import { EXCHANGE, PROTOCOL } from './wire/numbers.ts';

/** What the IPsec SAs of a connection tell it and ask of it. */
export interface IpsecSasHost {
  readonly policy: ConnectionPolicy;
  readonly settings: Settings;
  readonly outbox: Outbox;
  /** The time of the call under way. */
  now(): Instant;
  /** A number for a pair that no other pair has. */
  freshPair(): number;
  /** The newest ISAKMP SA that stands with this peer. */
  standingWith(peer: string): IsakmpSa | undefined;
  phase2Established(sa: IsakmpSa): void;
  phase2Failed(sa: IsakmpSa, error: IkeError, role: Role | undefined): void;
  phase2Ended(pair: IpsecPair, reason: EndReason): void;
}

/** The IPsec SAs of one connection: the pairs that stand, and the Quick Modes under way (RFC 2409 §5.5). */
export class IpsecSas {
  readonly pairs = new Map<number, IpsecPair>();
  readonly negotiations = new Map<number, Negotiation>();
  readonly #host: IpsecSasHost;

  constructor(host: IpsecSasHost) {
    this.#host = host;
  }

  allUp(): boolean {
    return this.#host.policy.tunnels.every(({ name }) => this.isUp(name));
  }

  /** A tunnel is up when its phase 2 is. */
  isUp(tunnel: string): boolean {
    return [...this.pairs.values()].some((pair) => pair.tunnel === tunnel && pair.endReason !== 'replaced');
  }

  pairsOf(sa: IsakmpSa): IpsecPair[] {
    return [...this.pairs.values()].filter(({ peer }) => peer === peerOf(sa));
  }

  /** A Quick Mode for each tunnel that is missing. */
  start(sa: IsakmpSa, now: Instant): void {
    for (const tunnel of this.#host.policy.tunnels) this.#startTunnel(tunnel, sa, now);
  }

  /** The first message of a Quick Mode of the peer, under an SA that stands. */
  respond(sa: IsakmpSa, received: Received, now: Instant): void {
    const { messageId } = received.header;
    const { established } = sa;
    if (established === undefined || messageId === 0) return sa.dropped('unexpected', received.remote);
    if (this.negotiations.size >= this.#host.settings.limits.quickModes) return sa.dropped('limit', received.remote);
    const pair = this.#host.freshPair();
    const state = { name: 'awaiting-offer', phase1: established, messageId, pair } as const;
    const exchange = sa.converse(quickModeResponder, state, EXCHANGE.QUICK_MODE, messageId, (moved, at) => {
      if (moved.name === 'established') this.#pairEstablished(sa, moved.result, 'responder', at);
      else if (moved.name === 'failed') this.#failed(sa, pair, moved.error);
      else if ('outbound' in moved) this.negotiations.get(pair)?.answered(moved.outbound.result.inboundSpi);
      else if ('tunnel' in moved) this.#negotiating(sa, pair, messageId, moved.tunnel.name, 'responder');
    });
    exchange.receive(received, now);
    // A first message that was not believed leaves nothing behind, so that the genuine one can come under the same id.
    if (exchange.stateName === 'awaiting-offer') sa.exchanges.delete(messageId);
    else sa.messageIds.use(messageId, 'quick-mode');
  }

  /** Ends a pair; `tell` where the peer does not know yet. */
  end(pair: IpsecPair, reason: EndReason, tell: boolean): void {
    if (!this.pairs.delete(pair.pair)) return;
    const { outbox } = this.#host;
    for (const direction of ['outbound', 'inbound'] as const)
      outbox.push({ type: 'remove-sa', pair: pair.pair, direction });
    if (tell) this.#host.standingWith(pair.peer)?.inform(espDelete(pair.inboundSpi));
    const { tunnel, pair: id } = pair;
    outbox.event({ name: 'phase2.ended', connection: this.#host.policy.name, tunnel, pair: id, reason });
    this.#host.phase2Ended(pair, reason);
  }

  /** The peer deleted ESP SAs: by the SPIs that it receives with, which are our outbound ones. Whether any of them is ours. */
  deletedByPeer(sa: IsakmpSa, spis: readonly number[]): boolean {
    // Interop: some Cisco versions name the SPIs that they send with.
    const named = this.pairsOf(sa).filter(
      ({ inboundSpi, outboundSpi }) => spis.includes(outboundSpi) || spis.includes(inboundSpi),
    );
    for (const pair of named) this.end(pair, 'deleted-by-peer', false);
    return named.length > 0;
  }

  #startTunnel(tunnel: TunnelPolicy, sa: IsakmpSa, now: Instant): void {
    const { established } = sa;
    if (established === undefined || this.isUp(tunnel.name)) return;
    if ([...this.negotiations.values()].some((other) => other.tunnel === tunnel.name && other.role === 'initiator'))
      return;
    const messageId = sa.messageIds.fresh('quick-mode');
    const pair = this.#host.freshPair();
    const state = { name: 'ready', phase1: established, messageId, pair, tunnel } as const;
    const exchange = sa.converse(quickModeInitiator, state, EXCHANGE.QUICK_MODE, messageId, (moved, at) => {
      if (moved.name === 'established') this.#pairEstablished(sa, moved.result, 'initiator', at);
      else if (moved.name === 'failed') this.#failed(sa, pair, moved.error);
    });
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
    const { duration } = result.agreement.lifetime;
    const older = this.pairsOf(sa).filter(({ tunnel }) => tunnel === result.tunnel);
    for (const surplus of supersede(older, began, now)) this.end(surplus, 'replaced', true);
    this.pairs.set(result.pair, {
      ...result,
      role,
      peer: peerOf(sa),
      since: now,
      expires: after(now, duration),
      endReason: 'expired',
    });
    this.#host.phase2Established(sa);
  }

  #failed(sa: IsakmpSa, pair: number, error: IkeError): void {
    const { tunnel, role, inboundSpi } = this.negotiations.get(pair) ?? {};
    this.negotiations.delete(pair);
    this.#host.outbox.event({ name: 'phase2.failed', sa: sa.channel.reference, tunnel, failure: failureOf(error) });
    if (inboundSpi !== undefined) this.#host.standingWith(peerOf(sa))?.inform(espDelete(inboundSpi));
    const known = error.details['saidBy'] === 'peer';
    if (error.notify !== undefined && !known) sa.inform(notification(error.notify, PROTOCOL.ESP, new Uint8Array()));
    this.#host.phase2Failed(sa, error, role);
  }
}
