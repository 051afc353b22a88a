import { hex32 } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import type { UdpEndpoint } from '../base/address.ts';
import type { Identity } from '../base/identity.ts';
import type { Instant } from '../base/instant.ts';
import type { TrafficSelector } from '../base/selector.ts';
import type { Exchange } from './conversation-host.ts';
import type { Role } from './events.ts';
import type { HeldOutbound, QuickModeResult } from './exchange/quick-mode.ts';
import { type Life, lifeFrom } from './life.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { ConnectionPolicy, RenewalPolicy, TunnelPolicy } from './negotiate/policy.ts';
import { betweenEnds } from './negotiate/host-selectors.ts';
import { peerOf } from './peer.ts';
import type { Settings } from './options.ts';

/**
 * Whether packets may leave on a pair: `held` until the peer is known to be ready or has had time to be, `left` once another carries
 * them.
 */
export type Outbound =
  | { readonly state: 'used' }
  | { readonly state: 'held'; readonly sa: HeldOutbound; readonly until: Instant }
  | { readonly state: 'left' };

/** A pair of IPsec SAs, one a direction, that one Quick Mode made. */
export interface IpsecPair extends Omit<QuickModeResult, 'held'>, Life {
  /** Whose it is, as text: a connection to anybody has pairs of several peers. */
  readonly peer: string;
  readonly peerId: Identity;
  /** Between which ends it is: where a new phase 1 goes when its renewal needs one, too. */
  local: UdpEndpoint;
  remote: UdpEndpoint;
  /** Whether its peer is followed to where its packets come from. */
  readonly follows: boolean;
  outbound: Outbound;
}

/** When the pairs of a tunnel are renewed; undefined where they are let expire. */
export const renewalOf = ({ tunnels }: ConnectionPolicy, tunnel: string): RenewalPolicy | undefined =>
  tunnels.find(({ name }) => name === tunnel)?.renewal;

/** The life of a pair that comes up now; its two SPIs are the same text on both sides. */
export function lifeOfPair(
  { tunnel, agreement, inboundSpi, outboundSpi }: QuickModeResult,
  role: Role,
  { policy, settings }: { readonly policy: ConnectionPolicy; readonly settings: Pick<Settings, 'random'> },
  now: Instant,
): Life {
  const renewal = renewalOf(policy, tunnel);
  const [low, high] = [inboundSpi, outboundSpi].toSorted((a, b) => a - b).map(hex32);
  const { duration } = agreement.lifetime;
  const life = lifeFrom(now, { role, duration, renewal, order: `${low} ${high}`, random: settings.random });
  return { ...life, provedAt: role === 'responder' ? now : undefined };
}

/**
 * A tunnel as it is under an ISAKMP SA: Mode Config may have assigned an address, transport mode is between the ends, and a pair that is
 * renewed is for the ports that its peer has asked for.
 */
export function tunnelUnder(
  { established, channel }: IsakmpSa,
  name: string,
  renewed: IpsecPair | undefined,
): TunnelPolicy | undefined {
  const tunnel = established?.connection.tunnels.find((own) => own.name === name);
  if (tunnel === undefined || tunnel.mode === 'tunnel') return tunnel;
  const { local, remote, ...rest } = betweenEnds(tunnel, channel);
  const { localSelector = local, remoteSelector = remote } = renewed ?? {};
  return {
    ...rest,
    local: { ...local, port: localSelector.port },
    remote: { ...remote, port: remoteSelector.port },
  };
}

/** Whether a pair of transport mode is no more between its ends: with another address its selectors would be others. */
export function isForOthers({ agreement, localSelector, remoteSelector, local, remote }: IpsecPair): boolean {
  if (agreement.mode === 'tunnel') return false;
  return localSelector.first !== local.address || remoteSelector.first !== remote.address;
}

/** A Quick Mode that is under way. */
export class Negotiation {
  readonly tunnel: string;
  readonly peer: string;
  /** What the peer has on its side. */
  readonly networks: TrafficSelector;
  readonly mode: TunnelPolicy['mode'];
  readonly role: Role;
  readonly began: Instant;
  /** Where the peer was then. */
  readonly remote: UdpEndpoint;
  readonly #exchange: () => Exchange | undefined;
  #inboundSpi: number | undefined;

  constructor(
    { sa, tunnel, role, began }: { sa: IsakmpSa; tunnel: TunnelPolicy; role: Role; began: Instant },
    exchange: () => Exchange | undefined,
  ) {
    this.tunnel = tunnel.name;
    this.networks = tunnel.remote;
    this.mode = tunnel.mode;
    this.peer = peerOf(sa);
    this.role = role;
    this.began = began;
    this.remote = sa.channel.remote;
    this.#exchange = exchange;
  }
  /** What the peer sends with, if it has our answer; undefined before there is one. */
  get inboundSpi(): number | undefined {
    return this.#inboundSpi;
  }
  /** From here on the peer may hold the SAs, though we do not know it yet. */
  answered(inboundSpi: number): void {
    this.#inboundSpi = inboundSpi;
  }
  /** The first authentic ESP packet came on our inbound SA. */
  inboundUsed(now: Instant): void {
    this.#exchange()?.input({ type: 'inbound-used' }, now);
  }
  /** The back end has no SA for it after all. */
  backendFailed(reason: string, now: Instant): void {
    this.#exchange()?.abandon(new IkeError('BACKEND_FAILED', { reason }), now);
  }
}
