import type { Instant } from '../base/instant.ts';
import type { IpsecSasHost } from './ipsec-sas-host.ts';
import type { IpsecSas } from './ipsec-sas.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { peerOf } from './peer.ts';
import { mostPeers } from './room.ts';
import { SourceBudget } from './source-budget.ts';

/** Ours: the Quick Modes that all peers of a connection may begin; more than one processor can answer. */
const ALL_PEERS = { burst: 65_536, perSecond: 2000 } as const;
/** Ours: beside those for each tunnel, for a peer that asks for what it does not get. */
const BESIDE = 16;

/**
 * How many Quick Modes the peers of a connection may begin. They have proved themselves, but each of these costs a Diffie-Hellman and two
 * SAs (design: threats). Who asks for more is not answered, and what it sends again comes when there may be more.
 */
export class QuickModeAdmission {
  readonly #host: IpsecSasHost;
  readonly #asked: SourceBudget;

  constructor(host: IpsecSasHost) {
    this.#host = host;
    const { burstPerTunnel, perSecond } = host.settings.limits.quickModeRate;
    this.#asked = new SourceBudget(
      { burst: BESIDE + burstPerTunnel * host.policy.tunnels.length, perSecond },
      ALL_PEERS,
    );
  }

  /** A peer that gives up one ISAKMP SA after the other and keeps the pairs would not be bounded by their number. */
  admits(sa: IsakmpSa, held: Pick<IpsecSas, 'negotiations' | 'pairs'>, now: Instant): boolean {
    const { settings, policy } = this.#host;
    if (held.negotiations.size >= settings.limits.quickModes) return false;
    const peer = peerOf(sa);
    const full = held.pairs.size >= 2 * mostPeers({ policy, settings }) * policy.tunnels.length;
    if (full && ![...held.pairs.values()].some((pair) => pair.peer === peer)) return false;
    return this.#asked.take(peer, now);
  }

  /** It was not the peer that asked. */
  unproved(sa: IsakmpSa): void {
    this.#asked.giveBack(peerOf(sa));
  }
}
