/**
 * `sallyport/client`: the control API of a gateway that runs, from another process. What it takes and answers is in docs/status-api.md.
 */
export { ControlClient, ControlError, type FollowOptions } from './client/control-client.ts';
export type { GatewayEvent } from './gateway/events.ts';
export type { ReloadSummary } from './gateway/reload.ts';
export type { EventFilter } from './status/event-filter.ts';
export type { ConnectionStatus, GatewayStatus, TunnelStatus } from './status/gateway-status.ts';
export type { KeptEvent, Level, TimedEvent } from './status/kept-event.ts';
