import type { EspDropReason } from '../esp/backend.ts';
import type { EspCounters } from '../esp/sa.ts';
import type { ConnectionSnapshot, EndpointSnapshot, TunnelSnapshot } from '../ike/snapshot.ts';

/**
 * What a gateway says about itself. Plain data, no secrets; spans of time are milliseconds.
 *
 * `schema` changes when a field changes its meaning or goes; whoever reads must ignore fields that it does not know.
 */
export interface GatewayStatus extends Pick<EndpointSnapshot, 'halfOpen' | 'halfOpenByStanding' | 'drops'> {
  readonly schema: 1;
  readonly gateway: { readonly name: string; readonly version: string; readonly upMilliseconds: number };
  readonly esp: { readonly backend: string; readonly drops: Readonly<Record<EspDropReason, number>> };
  readonly connections: readonly ConnectionStatus[];
}

export interface ConnectionStatus extends Omit<ConnectionSnapshot, 'tunnels'> {
  readonly tunnels: readonly TunnelStatus[];
}

/** A tunnel, and what the pairs of SAs that it has now have carried. */
export interface TunnelStatus extends TunnelSnapshot {
  readonly traffic?: { readonly inbound: EspCounters; readonly outbound: EspCounters };
}
