import { requireIpAddress } from '../../src/base/address.ts';
import { parseIdentity } from '../../src/base/identity.ts';
import { type Duration, seconds } from '../../src/base/instant.ts';
import { parseSelector } from '../../src/base/selector.ts';
import type { Phase1Suite, Phase2Suite } from '../../src/crypto/suites.ts';
import type { ConnectionPolicy, Phase1Exchange, RenewalPolicy } from '../../src/ike/negotiate/policy.ts';
import type { Host } from '../../src/sim/host.ts';
import type { HostOptions } from '../../src/sim/host-options.ts';
import type { Link, LinkQuality } from '../../src/sim/link.ts';
import { World } from '../../src/sim/world.ts';

export const ADDRESS = {
  a: requireIpAddress('192.0.2.1'),
  b: requireIpAddress('198.51.100.2'),
  /** Of `a` when it is behind a NAT box. */
  inner: requireIpAddress('10.99.0.7'),
};

export const PSK = 'correct horse battery staple';

export interface GatewayOptions {
  readonly exchange?: Phase1Exchange;
  readonly suites?: readonly Phase1Suite[];
  readonly esp?: readonly Phase2Suite[];
  readonly natt?: ConnectionPolicy['natt']['mode'];
  /** Default: no fragments of IKE. */
  readonly fragmentSize?: number;
  readonly isakmpLifetime?: Duration;
  readonly ipsecLifetime?: Duration;
  /** Of both phases; without it SAs are let expire. */
  readonly renewal?: RenewalPolicy;
  /** Default 20 s; 0 sends none. */
  readonly keepalive?: Duration;
  readonly tunnels?: number;
  readonly host?: Partial<HostOptions>;
}

/** The policy of the connection `link` at one of its two ends. */
export function policyOf(
  end: 'a' | 'b',
  options: GatewayOptions = {},
  addresses: {
    readonly local: ConnectionPolicy['local']['address'];
    readonly remote: ConnectionPolicy['remote']['address'];
  } = {
    local: ADDRESS[end],
    remote: ADDRESS[end === 'a' ? 'b' : 'a'],
  },
): ConnectionPolicy {
  const { suites = [{ cipher: 'aes128', hash: 'sha256', group: 'x25519' }], esp = [{ cipher: 'aes128gcm16' }] } =
    options;
  const {
    isakmpLifetime = seconds(28_800),
    ipsecLifetime = seconds(3600),
    tunnels = 1,
    natt = 'auto',
    keepalive = seconds(20),
  } = options;
  const other = end === 'a' ? 'b' : 'a';
  return {
    name: 'link',
    local: { address: addresses.local, id: parseIdentity(`@${end}.example`) },
    remote: { address: addresses.remote, id: parseIdentity(`@${other}.example`) },
    ...exchangeOf(options),
    suites,
    lifetime: { duration: isakmpLifetime },
    ...renewalOf(options),
    natt: { mode: natt, keepalive },
    ...fragmentsOf(options),
    tunnels: Array.from({ length: tunnels }, (_, i) => ({
      name: `net${i}`,
      mode: 'tunnel',
      local: parseSelector(`10.${end === 'a' ? 1 : 2}.${i}.0/24`),
      remote: parseSelector(`10.${end === 'a' ? 2 : 1}.${i}.0/24`),
      suites: esp,
      lifetime: { duration: ipsecLifetime },
      ...renewalOf(options),
    })),
  };
}

const exchangeOf = ({ exchange = 'main' }: GatewayOptions): Pick<ConnectionPolicy, 'exchange'> => ({ exchange });
const renewalOf = ({ renewal }: GatewayOptions): Pick<ConnectionPolicy, 'renewal'> =>
  renewal === undefined ? {} : { renewal };

const fragmentsOf = ({ fragmentSize }: GatewayOptions): Pick<ConnectionPolicy, 'fragmentSize'> =>
  fragmentSize === undefined ? {} : { fragmentSize };

export interface TwoGateways {
  readonly world: World;
  readonly a: Host;
  readonly b: Host;
  readonly link: Link;
}

export interface TwoGatewaysOptions {
  readonly both?: GatewayOptions;
  readonly a?: GatewayOptions;
  readonly b?: GatewayOptions;
}

/** Two gateways with one link between them. */
export function twoGateways(
  seed: string,
  quality: Partial<LinkQuality> = {},
  options: TwoGatewaysOptions = {},
): TwoGateways {
  const world = new World(seed);
  const [a, b] = (['a', 'b'] as const).map((end) => {
    const own = { ...options.both, ...options[end] };
    const connections = [policyOf(end, own)];
    return world.host({ name: end, address: ADDRESS[end], psks: [{ secret: PSK }], connections, ...own.host });
  }) as [Host, Host];
  return { world, a, b, link: world.link(a, b, quality) };
}

/**
 * Something to carry once a second, as a tunnel in use has: what a responder takes for the confirmation that got lost (RFC 2409 §5.5 has
 * no answer to the third message of Quick Mode). Goes on until it is stopped.
 */
export function keepBusy(world: World, ...hosts: readonly Host[]): { stop(): void } {
  let busy = true;
  const send = (): void => {
    if (!busy) return;
    for (const host of hosts.filter(({ up }) => up))
      for (const { name, tunnels } of host.options.connections)
        for (const tunnel of tunnels) host.ping(name, tunnel.name);
    world.clock.after(seconds(1), send);
  };
  send();
  return { stop: () => (busy = false) };
}

/** The pairs that packets leave on, by their two SPIs. */
export const inUse = (host: Host): string[] =>
  [...(host.endpoint.connections.get('link')?.pairs.values() ?? [])]
    .filter(({ outbound }) => outbound.state === 'used')
    .map(({ order }) => order);

/** Whether an echo request from each end comes back; the link must lose nothing. */
export function passesBothWays(world: World, a: Host, b: Host, tunnels = ['net0']): boolean {
  const pings = tunnels.flatMap((tunnel) => [a.ping('link', tunnel), b.ping('link', tunnel)]);
  world.run(seconds(2));
  return pings.every(({ answered }) => answered);
}
