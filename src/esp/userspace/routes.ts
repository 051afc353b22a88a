import { isIpv6, type IpAddress } from '../../base/address.ts';
import { selectorHas, selectorWithin, type TrafficSelector } from '../../base/selector.ts';
import { hasErrno } from '../../linux/netlink.ts';
import type { Prefix, Route, RouteNetlink } from '../../linux/rtnetlink.ts';
import { OUTER_MARK } from '../../linux/udp-socket.ts';
import type { GuardedTraffic } from '../backend.ts';
import { rangePrefixes } from '../../linux/prefixes.ts';

/** Ours: routing table and priority of the rule that leads to it, both out of the way of what other software uses. */
const TUNNEL_TABLE = 20_500;
const RULE_PRIORITY = 20_500;
/** Behind every other route of the table: what stays when the device is gone. */
const LAST_METRIC = 0x7fff_ffff;

const FAMILIES = ['ipv4', 'ipv6'] as const;

interface Held {
  readonly route: Route;
  readonly holders: Set<string>;
}

/**
 * Leads the traffic of guarded tunnels to the TUN device, in a routing table of our own that everything but the packets round the
 * tunnels looks into first.
 *
 * Beneath each route lies an unreachable one that outlives the device: a crash lets nothing out in clear. A local network within the
 * remote one is thrown back to the other tables, so that neighbours stay neighbours.
 */
export class TunnelRoutes {
  readonly #netlink: RouteNetlink;
  readonly #device: number;
  readonly #held = new Map<string, Held>();

  constructor(netlink: RouteNetlink, device: number) {
    this.#netlink = netlink;
    this.#device = device;
  }

  start(): void {
    for (const family of FAMILIES) this.#withFamily(() => this.#netlink.addRule(rule(family)));
  }

  guard(traffic: GuardedTraffic): void {
    const holder = holderOf(traffic.connection, traffic.tunnel);
    const wanted = new Map(this.#routes(traffic).map((route) => [routeKey(route), route]));
    for (const [key, route] of wanted) this.#hold(key, route, holder);
    for (const [key, held] of this.#held) if (!wanted.has(key)) this.#release(key, held, holder);
  }

  unguard(connection: string, tunnel: string): void {
    for (const [key, held] of this.#held) this.#release(key, held, holderOf(connection, tunnel));
  }

  /** Takes all routes away, and the rule with them unless another gateway uses the table. */
  close(): void {
    for (const { route } of this.#held.values()) this.#netlink.deleteRoute(route);
    this.#held.clear();
    for (const family of FAMILIES) {
      this.#withFamily(() => {
        if (this.#netlink.countRoutes(family, TUNNEL_TABLE) === 0) this.#netlink.deleteRule(rule(family));
      });
    }
  }

  #routes({ local, remote, round = [] }: GuardedTraffic): Route[] {
    const source = this.#ownAddress(local);
    const through = rangePrefixes(remote).flatMap((to): Route[] => [
      { to, table: TUNNEL_TABLE, device: this.#device, ...(source !== undefined && { source }) },
      { to, table: TUNNEL_TABLE, type: 'unreachable', metric: LAST_METRIC },
    ]);
    const beside = [...round, ...(selectorWithin(local, remote) ? [local] : [])];
    const back = beside.flatMap(rangePrefixes).map((to): Route => ({ to, table: TUNNEL_TABLE, type: 'throw' }));
    return [...through, ...back];
  }

  /** An address of this machine inside the local network: without one, packets of its own get the outer address and fit no tunnel. */
  #ownAddress(local: TrafficSelector): IpAddress | undefined {
    return this.#netlink.addresses().find(({ address }) => selectorHas(local, address))?.address;
  }

  #hold(key: string, route: Route, holder: string): void {
    const held = this.#held.get(key);
    if (held === undefined) {
      this.#netlink.addRoute(route);
      this.#held.set(key, { route, holders: new Set([holder]) });
    } else held.holders.add(holder);
  }

  #release(key: string, { route, holders }: Held, holder: string): void {
    if (!holders.delete(holder) || holders.size > 0) return;
    this.#netlink.deleteRoute(route);
    this.#held.delete(key);
  }

  /** A kernel without IPv6 has no rules for it. */
  #withFamily(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!hasErrno(error, 'EAFNOSUPPORT', 'EOPNOTSUPP')) throw error;
    }
  }
}

const rule = (family: 'ipv4' | 'ipv6') => ({ family, mark: OUTER_MARK, table: TUNNEL_TABLE, priority: RULE_PRIORITY });

const holderOf = (connection: string, tunnel: string): string => JSON.stringify([connection, tunnel]);

/** What makes two routes of the table one to the kernel. */
function routeKey({ to, type = 'unicast', metric = 0 }: Route): string {
  return `${prefixText(to)} ${type} ${metric}`;
}

const prefixText = ({ address, length }: Prefix): string => `${isIpv6(address) ? 6 : 4} ${address}/${length}`;
