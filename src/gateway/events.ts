import type { IpAddress, UdpEndpoint } from '../base/address.ts';
import type { EspDropReason } from '../esp/backend.ts';
import { EVENT_LEVELS, type IkeEvent } from '../ike/events.ts';
import type { Level } from '../status/kept-event.ts';
import type { ReloadSummary } from './reload.ts';

/** What a gateway tells beside what its engine tells. */
export type OwnEvent =
  | {
      readonly name: 'gateway.started';
      readonly gateway: string;
      readonly listening: readonly UdpEndpoint[];
      readonly esp: string;
      /** Why ESP is not in the kernel, where the configuration left that open. */
      readonly kernelLacks?: string;
      /** Name of the crypto provider. */
      readonly crypto: string;
    }
  | { readonly name: 'gateway.stopped'; readonly gateway: string }
  | ({ readonly name: 'gateway.reloaded'; readonly gateway: string } & ReloadSummary)
  /** This machine has other addresses than before. */
  | {
      readonly name: 'network.changed';
      readonly appeared: readonly IpAddress[];
      readonly gone: readonly IpAddress[];
    }
  | { readonly name: 'socket.failed'; readonly endpoint: UdpEndpoint; readonly reason: string }
  | { readonly name: 'esp.dropped'; readonly reason: EspDropReason; readonly count: number };

/** Observers must ignore events and fields that they do not know. `time` is milliseconds since 1970, for people. */
export type GatewayEvent = { readonly time: number } & (IkeEvent | OwnEvent);

/** An event before it has its time. */
export type TimelessEvent = IkeEvent | OwnEvent;

const OWN_EVENT_LEVELS = {
  'gateway.started': 'info',
  'gateway.stopped': 'info',
  'gateway.reloaded': 'info',
  'network.changed': 'info',
  'socket.failed': 'warn',
  'esp.dropped': 'debug',
} as const satisfies Record<OwnEvent['name'], Level>;

const LEVELS: ReadonlyMap<string, Level> = new Map(Object.entries({ ...EVENT_LEVELS, ...OWN_EVENT_LEVELS }));

/** Everything that a gateway tells. */
export const EVENT_NAMES: readonly string[] = [...LEVELS.keys()];

/** How loud the events of this name are; `info` for one that no table knows. */
export const eventLevel = (name: string): Level => LEVELS.get(name) ?? 'info';
