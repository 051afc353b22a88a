import { type IpAddress, ipAddress, ipBytes } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { TrafficSelector } from '../base/selector.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { EspBackend } from '../esp/backend.ts';
import { createUserspaceBackend, type MemoryBackend } from '../esp/userspace/userspace-backend.ts';
import { now } from './clock.ts';
import type { OpenSocket } from './udp.ts';

export interface ChosenBackend {
  readonly backend: EspBackend;
  /** How the back end needs IKE's sockets opened, where the plain way will not do. */
  readonly openSocket?: OpenSocket;
}

/**
 * The ESP back end that the configuration asks for. `auto` takes a TUN device where this process may have one, else the memory
 * device, whose only inner host is the gateway itself.
 */
export async function chooseBackend(
  config: GatewayConfig,
  addresses: readonly IpAddress[],
  random: Random,
): Promise<ChosenBackend> {
  void addresses;
  const [tunnel] = config.connections.flatMap(({ tunnels }) => tunnels);
  if (tunnel === undefined) throw new IkeError('INVALID_ARGUMENT', { what: 'configuration without a tunnel' });
  return { backend: createUserspaceBackend({ device: 'memory', address: innerAddress(tunnel.local), now, random }) };
}

/** The address of the memory host: the only one of a host selector, else the first after the network's own. */
export function innerAddress({ first, last }: Pick<TrafficSelector, 'first' | 'last'>): IpAddress {
  if (first === last) return first;
  const bytes = ipBytes(first);
  for (let i = bytes.length - 1; i >= 0; i--) {
    const octet = ((bytes[i] ?? 0) + 1) & 0xff;
    bytes[i] = octet;
    if (octet !== 0) break;
  }
  return ipAddress(bytes);
}

/** The memory device's host can ping; other devices leave that to the system. */
export function isMemoryBackend(backend: EspBackend): backend is MemoryBackend {
  return 'ping' in backend;
}
