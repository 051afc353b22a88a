import type { IpAddress, UdpEndpoint } from '../base/address.ts';
import type { AddressRange, TrafficSelector } from '../base/selector.ts';
import type { EspCounters, EspSa, KernelHandling, SaEnds, Spi } from './sa.ts';

/** What a back end tells the gateway, which tells the engine. */
export type EspEvent =
  /** First authentic packet on an inbound SA: the peer uses it, so it has what it needs (RFC 2409 §5.5 has no answer to QM3). */
  | { readonly type: 'inbound-used'; readonly pair: number; readonly spi: Spi }
  /** An authentic packet in UDP, no replay, came from another endpoint than the SA's remote one; at most once a second for each SA. */
  | { readonly type: 'moved'; readonly pair: number; readonly spi: Spi; readonly remote: UdpEndpoint }
  /** A limit of the SA is near (soft) or passed (hard: the back end uses it no more). */
  | { readonly type: 'expired'; readonly pair: number; readonly spi: Spi; readonly hard: boolean }
  /** What was taken for installed cannot be. A back end that knows at once rejects instead. */
  | { readonly type: 'refused'; readonly pair: number; readonly reason: string }
  /** A packet for a tunnel that has no SA. */
  | { readonly type: 'acquire'; readonly connection: string; readonly tunnel: string }
  /** A packet was dropped; sent at most once a second for each reason, with how many since the last. */
  | { readonly type: 'dropped'; readonly reason: EspDropReason; readonly count: number };

/** Every reason to drop a packet; each is a counter of this name. */
export const ESP_DROP_REASONS = [
  'truncated',
  'unknown-spi',
  'replayed',
  'too-old',
  'bad-icv',
  'bad-padding',
  'bad-next-header',
  'selector-mismatch',
  'between-tunnels',
  'expired',
  'sequence-exhausted',
  'no-sa',
  'not-ip',
  'fragment',
  'congestion-marked',
  'too-big',
  'send-failed',
  'device-failed',
] as const;
export type EspDropReason = (typeof ESP_DROP_REASONS)[number];

/** Traffic that belongs to a tunnel whether it is up or not: while it is not, it goes nowhere (design: no packet leaves in clear). */
export interface GuardedTraffic {
  readonly connection: string;
  readonly tunnel: string;
  readonly local: TrafficSelector;
  readonly remote: TrafficSelector;
  /** `trap` asks for a tunnel by an `acquire` event, `block` only drops. */
  readonly without: 'trap' | 'block';
  /** What comes out of tunnels of this connection may go on into those of others that forward too, and back; default no. */
  readonly forwards?: boolean;
  /** An address of ours in the local network that is nobody's on this machine yet: a device of the back end takes it. */
  readonly address?: IpAddress;
  /** Networks among the remote ones that are reached as if the tunnel were not there: those beside this machine. */
  readonly round?: readonly AddressRange[];
  readonly handling?: KernelHandling | undefined;
}

/** What a back end gets from the gateway that runs it. */
export interface EspHost {
  emit(event: EspEvent): void;
  /** Sends an ESP packet in UDP from the socket that IKE uses, so that one NAT mapping serves both (RFC 3948 §2.1). */
  sendEncapsulated(packet: Uint8Array, local: UdpEndpoint, remote: UdpEndpoint): void;
}

/**
 * Where ESP is done: the kernel, a user-space engine, a recorder for tests. IKE never knows which.
 *
 * Calls are made in order and each is awaited before the next about the same SA. A rejected promise is an IkeError with
 * BACKEND_FAILED and the reason in its details; the gateway reports it and takes the tunnel down.
 */
export interface EspBackend {
  readonly name: string;
  /**
   * `guards` is all that is to be guarded at first, default nothing. What a process before this one left where it is not private to a process is put in order: at
   * no moment do packets leave in clear that were guarded and are to be.
   */
  start(host: EspHost, guards?: readonly GuardedTraffic[]): Promise<void>;
  /** An SPI that no inbound SA to `local` has; reserved until it is released, or installed and removed. */
  allocateSpi(local: IpAddress, remote: IpAddress): Promise<Spi>;
  /** Gives back an SPI that was allocated and will not be installed. */
  releaseSpi(spi: Spi): Promise<void>;
  /** From now on these packets are guarded; a second call for the same connection and tunnel replaces the first. */
  guard(traffic: GuardedTraffic): Promise<void>;
  unguard(connection: string, tunnel: string): Promise<void>;
  installInbound(sa: EspSa): Promise<void>;
  /** The newest outbound SA of a tunnel is the one that is used. */
  installOutbound(sa: EspSa): Promise<void>;
  /**
   * What there is of a pair goes between other endpoints from now on; keys, counts and replay windows stay: begun again, an SA would repeat
   * sequence numbers under one key. Of transport mode only the ports move: with another address the selectors would be others, and
   * IKE negotiates a new pair. Unknown ones are no error.
   */
  move(pair: number, ends: SaEnds): Promise<void>;
  /** Removes one direction; unknown ones are no error, because the back end may have expired them first. */
  remove(pair: number, direction: 'inbound' | 'outbound'): Promise<void>;
  /** Links, addresses or routes of this machine have changed: what a back end holds that went with the old ones is made again. */
  networkChanged?(): Promise<void>;
  counters(pair: number): Promise<{ readonly inbound?: EspCounters; readonly outbound?: EspCounters }>;
  drops(): Readonly<Record<EspDropReason, number>>;
  /** An ESP packet that arrived on IKE's socket, without its UDP header. */
  deliver(packet: Uint8Array, local: UdpEndpoint, remote: UdpEndpoint): void;
  close(): Promise<void>;
}
