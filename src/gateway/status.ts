import type { EspBackend } from '../esp/backend.ts';
import type { EspCounters } from '../esp/sa.ts';
import type { EndpointSnapshot, TunnelSnapshot } from '../ike/snapshot.ts';
import type { ConnectionStatus, TunnelStatus } from '../status/gateway-status.ts';

/** The engine's connections with what the ESP back end counted. */
export async function withTraffic(
  connections: EndpointSnapshot['connections'],
  backend: EspBackend,
): Promise<ConnectionStatus[]> {
  const one = async (connection: EndpointSnapshot['connections'][number]): Promise<ConnectionStatus> => {
    const tunnels = await Promise.all(connection.tunnels.map((tunnel) => tunnelStatus(tunnel, backend)));
    return { ...connection, tunnels };
  };
  return Promise.all(connections.map(one));
}

async function tunnelStatus(tunnel: TunnelSnapshot, backend: EspBackend): Promise<TunnelStatus> {
  const counters = await Promise.all(tunnel.pairs.map(({ pair }) => backend.counters(pair)));
  if (counters.length === 0) return tunnel;
  const inbound = total(counters.flatMap((both) => both.inbound ?? []));
  const outbound = total(counters.flatMap((both) => both.outbound ?? []));
  return { ...tunnel, traffic: { inbound, outbound } };
}

function total(counters: readonly EspCounters[]): EspCounters {
  return counters.reduce((sum, { packets, bytes }) => ({ packets: sum.packets + packets, bytes: sum.bytes + bytes }), {
    packets: 0,
    bytes: 0,
  });
}
