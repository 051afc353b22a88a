import { networkInterfaces } from 'node:os';
import { type IpAddress, parseIpAddress, type UdpEndpoint } from '../base/address.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { ConnectionPolicy } from '../ike/negotiate/policy.ts';

/** Where a gateway listens: the addresses that it is told or all of this host, and those of its connections, on both ports. */
export function listeningEndpoints(
  { gateway: { listen, ports } }: Pick<GatewayConfig, 'gateway'>,
  policies: readonly Pick<ConnectionPolicy, 'local'>[],
): UdpEndpoint[] {
  const own = policies.flatMap(({ local }) => (local.address === 'any' ? [] : [local.address]));
  const addresses = new Set([...(listen.length > 0 ? listen : localAddresses()), ...own]);
  return [...addresses].flatMap((address) => [ports.ike, ports.natt].map((port) => ({ address, port })));
}

/** Every address of this host on which a peer can reach it; link-local ones need a zone and are left out. */
function localAddresses(): IpAddress[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.flatMap(({ address, internal }) =>
    internal || /^fe80:/i.test(address) ? [] : (parseIpAddress(address) ?? []),
  );
}
