import { networkInterfaces } from 'node:os';
import { parseIpAddress, type UdpEndpoint } from '../base/address.ts';
import { isFixed, isOwnInterface, type OwnAddress } from '../base/local-address.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { ConnectionPolicy } from '../ike/negotiate/policy.ts';

/** Where a gateway listens: the addresses that it is told or all of this host, and those of its connections, on both ports. */
export function listeningEndpoints(
  { gateway: { listen, ports } }: Pick<GatewayConfig, 'gateway'>,
  policies: readonly Pick<ConnectionPolicy, 'local'>[],
): UdpEndpoint[] {
  const here = ownAddresses();
  const all = here.map(({ address }) => address);
  const told = policies.flatMap(({ local: { address } }) => {
    if (isOwnInterface(address))
      return here.filter((own) => own.interface === address.interface).map((own) => own.address);
    return isFixed(address) ? [address] : [];
  });
  const addresses = new Set([...(listen.length > 0 ? listen : all), ...told]);
  return [...addresses].flatMap((address) => [ports.ike, ports.natt].map((port) => ({ address, port })));
}

/** Every address of this host on which a peer can reach it; link-local ones need a zone and are left out, and so are those of links that are down. */
export function ownAddresses(): OwnAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.flatMap(({ address: text, internal }) => {
      const address = parseIpAddress(text);
      return internal || address === undefined || /^fe80:/i.test(text) ? [] : [{ address, interface: name }];
    }),
  );
}
