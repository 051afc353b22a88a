import { type IpAddress, ipAddress, ipBytes } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { TrafficSelector } from '../base/selector.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { EspBackend } from '../esp/backend.ts';
import { createUserspaceBackend, type MemoryBackend } from '../esp/userspace/userspace-backend.ts';
import { whatKernelLacks } from '../esp/xfrm/kernel-probe.ts';
import { createKernelBackend } from '../esp/xfrm/xfrm-backend.ts';
import { probe } from '../linux/probe.ts';
import { openUdpSocket } from '../linux/udp-socket.ts';
import { now } from './clock.ts';
import type { OpenSocket } from './udp.ts';

export interface ChosenBackend {
  readonly backend: EspBackend;
  /** Why it is not the kernel, in words, where `auto` was asked for. */
  readonly kernelLacks?: string;
  /** How the back end needs IKE's sockets opened, where the plain way will not do. */
  readonly openSocket?: OpenSocket;
}

/**
 * The ESP back end that the configuration asks for. `auto` is the kernel where that has ESP with everything that the connections may agree
 * upon, else a TUN device where this process may have one, else the memory device, whose only inner host is the gateway itself.
 *
 * @throws IkeError BACKEND_FAILED with what is missing, where `kernel` or `tun` is asked for and cannot be had
 */
export function chooseBackend(config: GatewayConfig, random: Random): ChosenBackend {
  const { backend, device } = config.esp;
  if (backend === 'userspace' || (backend === 'auto' && device !== 'auto')) return userspaceBackend(config, random);
  const kernelLacks = whatKernelLacks(suitesOf(config));
  if (kernelLacks === undefined) return kernelBackend(config);
  if (backend === 'auto') return { ...userspaceBackend(config, random), kernelLacks };
  throw new IkeError('BACKEND_FAILED', { what: `ESP in the kernel: ${kernelLacks}` });
}

const suitesOf = ({ connections }: GatewayConfig) => connections.flatMap(({ phase2 }) => phase2.proposals);

/** The kernel takes ESP in UDP from IKE's socket on the NAT-T port (RFC 3948 §2.2). */
const kernelBackend = ({ gateway: { ports } }: GatewayConfig): ChosenBackend => ({
  backend: createKernelBackend(),
  openSocket: async ({ address, port }) =>
    openUdpSocket({ address, port, encap: port === ports.natt, bypassPolicies: true }),
});

function userspaceBackend(config: GatewayConfig, random: Random): ChosenBackend {
  const { device } = config.esp;
  if (device === 'memory') return memoryBackend(config, random);
  const missing = probe().find(({ name, available }) => NEEDED.has(name) && !available);
  if (missing === undefined) return tunBackend(config, random);
  if (device === 'auto') return memoryBackend(config, random);
  throw new IkeError('BACKEND_FAILED', { what: `TUN device: ${missing.why ?? missing.name}` });
}

const NEEDED: ReadonlySet<string> = new Set(['native', 'tun', 'udp']);

/** IKE's socket on the NAT-T port shares it with the worker, who takes ESP from it: one NAT mapping serves both (RFC 3948 §2.1). */
function tunBackend({ gateway, esp }: GatewayConfig, random: Random): ChosenBackend {
  const { natt } = gateway.ports;
  return {
    backend: createUserspaceBackend({
      device: 'tun',
      mtu: esp.mtu,
      random,
      sharedSocket: ({ address }) => ({ address, port: natt }),
    }),
    openSocket: async ({ address, port }) =>
      openUdpSocket({ address, port, reusePort: port === natt, bypassPolicies: true }),
  };
}

function memoryBackend({ connections }: GatewayConfig, random: Random): ChosenBackend {
  const [tunnel] = connections.flatMap(({ tunnels }) => tunnels);
  if (tunnel === undefined) throw new IkeError('INVALID_ARGUMENT', { what: 'configuration without a tunnel' });
  return { backend: createUserspaceBackend({ device: 'memory', address: innerAddress(tunnel.local), now, random }) };
}

/** The address of the memory host: the only one of a host selector, else the first after the network's own. */
function innerAddress({ first, last }: Pick<TrafficSelector, 'first' | 'last'>): IpAddress {
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
