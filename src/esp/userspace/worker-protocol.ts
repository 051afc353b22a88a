import type { UdpEndpoint } from '../../base/address.ts';
import type { EspEvent, GuardedTraffic } from '../backend.ts';
import type { EspCounters, EspSa, SaEnds } from '../sa.ts';

/** A socket of the data path: opened by the main thread, used and closed by the worker. */
export interface OuterSocket {
  readonly fd: number;
  /** `udp` is RFC 3948; `raw` is IP protocol 50, received with the IP header before it. */
  readonly kind: 'udp' | 'raw';
  readonly local: UdpEndpoint;
}

/** What a worker begins with. */
export interface WorkerStart {
  readonly tun: number;
  /** An eventfd: whoever posts a message writes it, because the worker waits in poll and not for messages. */
  readonly wake: number;
  readonly mtu: number;
  readonly drops: SharedArrayBuffer;
  /** An Int32 that counts the messages posted to the worker, so that it sees between two packets whether there are any. */
  readonly posted: SharedArrayBuffer;
}

/** Each wakes the worker and is answered with its number, in the order of arrival. */
export type WorkerCommand =
  | { readonly type: 'socket'; readonly socket: OuterSocket }
  | { readonly type: 'guard'; readonly traffic: GuardedTraffic }
  | { readonly type: 'unguard'; readonly connection: string; readonly tunnel: string }
  | { readonly type: 'counters'; readonly pair: number }
  | { readonly type: 'close' };

/**
 * What needs no answer and wakes nobody: it is carried out before the first packet that comes after it, and without one within half a
 * second. A refusal comes as an event.
 */
export type WorkerOrder =
  | { readonly type: 'install'; readonly sa: EspSa }
  | { readonly type: 'move'; readonly pair: number; readonly ends: SaEnds }
  | { readonly type: 'remove'; readonly pair: number; readonly direction: 'inbound' | 'outbound' };

export type ToWorker =
  | WorkerOrder
  | { readonly type: 'request'; readonly number: number; readonly command: WorkerCommand }
  /** ESP that came in on IKE's socket; not answered. */
  | { readonly type: 'deliver'; readonly packet: Uint8Array; readonly remote: UdpEndpoint };

export type CountersOfPair = { readonly inbound?: EspCounters; readonly outbound?: EspCounters };

export type FromWorker =
  | { readonly type: 'ready'; readonly transforms: string }
  | { readonly type: 'done'; readonly number: number; readonly counters: CountersOfPair }
  /** An IkeError in the form in which it crosses threads. */
  | {
      readonly type: 'refused';
      readonly number: number;
      readonly code: string;
      readonly details: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'event'; readonly event: EspEvent }
  /** ESP in UDP for which the data path has no socket of its own. */
  | { readonly type: 'send'; readonly packet: Uint8Array; readonly local: UdpEndpoint; readonly remote: UdpEndpoint };
