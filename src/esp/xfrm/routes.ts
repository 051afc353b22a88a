import { type IpAddress, isIpv6 } from '../../base/address.ts';
import { selectorHas } from '../../base/selector.ts';
import { hasErrno } from '../../linux/netlink.ts';
import { type Prefix, type Route, RouteNetlink } from '../../linux/rtnetlink.ts';
import { OUTER_MARK } from '../../linux/udp-socket.ts';
import { rangePrefixes } from '../../linux/prefixes.ts';
import type { GuardedTraffic } from '../backend.ts';
import type { Traffic } from './traffic.ts';

/** Behind that of the TUN device (docs/decisions/0014), and of one gateway alone: whatever is in it at its start was left by one that is gone. */
const TUNNEL_TABLE = 20_501;
const RULE = { mark: OUTER_MARK, table: TUNNEL_TABLE, priority: TUNNEL_TABLE } as const;
const FAMILIES = ['ipv4', 'ipv6'] as const;

/** `through` is an address on whose way the packets go; default their destination. `address` is ours as long as it is held. */
type RoutedTraffic = Traffic & Pick<GuardedTraffic, 'address' | 'round'> & { readonly through?: IpAddress };

/**
 * Gives this machine's own packets for a tunnel a source inside its local network, without which they would fit no policy. Whatever it
 * says, the policies decide what leaves and how.
 */
export class KernelRoutes {
  readonly #netlink = new RouteNetlink();
  readonly #held = new Map<string, { readonly traffic: RoutedTraffic; readonly routes: readonly Route[] }>();
  /** Addresses that peers have assigned, by holder. */
  readonly #assigned = new Map<string, Prefix>();

  /** Takes away what a gateway that was killed has left, and makes the table. */
  start(): void {
    for (const own of this.#netlink.addresses())
      if (own.ours && own.device === this.#loopback())
        this.#netlink.deleteAddress(own.device, { address: own.address, length: own.prefixLength });
    for (const family of FAMILIES)
      this.#tolerating(() => {
        this.#netlink.flushTable(family, TUNNEL_TABLE);
        this.#netlink.addRule({ family, ...RULE });
      });
  }

  guard(holder: string, traffic: RoutedTraffic): void {
    const { address } = traffic;
    if (address !== undefined) this.#assign(holder, address);
    const before = this.#held.get(holder)?.routes ?? [];
    const routes = this.#routesOf(traffic);
    for (const route of routes) this.#netlink.addRoute(route);
    this.#held.set(holder, { traffic, routes });
    this.#deleteUnheld(before);
  }

  /**
   * Makes all routes anew by the ways and addresses that there are now: the kernel takes away those over a link that goes down, and those
   * of an address that is gone. What has no way now gets its route when one comes.
   */
  renew(): void {
    for (const [holder, { traffic, routes }] of [...this.#held]) {
      try {
        this.guard(holder, traffic);
      } catch (error) {
        // The link went away between the question and the route; that will be told, too.
        if (!hasErrno(error, 'ENETUNREACH', 'ENETDOWN', 'ENODEV', 'EHOSTUNREACH')) throw error;
        this.#held.set(holder, { traffic, routes });
      }
    }
  }

  #routesOf({ local, remote, through, round = [], handling }: RoutedTraffic): readonly Route[] {
    // What goes through an XFRM interface has to be led there, which is the administrator's to do.
    if (handling?.interface !== undefined) return [];
    // A neighbour of the other IP version cannot be the next one of a route here.
    const on = through !== undefined && isIpv6(through) === isIpv6(remote.first) ? through : remote.first;
    const source = this.#netlink.addresses().find(({ address }) => selectorHas(local, address))?.address;
    const way = source === undefined ? undefined : this.#netlink.routeTo(on, OUTER_MARK);
    if (source === undefined || way === undefined) return [];
    return [
      ...rangePrefixes(remote).map((to): Route => ({ to, table: TUNNEL_TABLE, source, ...way })),
      ...round.flatMap(rangePrefixes).map((to): Route => ({ to, table: TUNNEL_TABLE, type: 'throw' })),
    ];
  }

  release(holder: string): void {
    const address = this.#assigned.get(holder);
    const device = this.#loopback();
    this.#assigned.delete(holder);
    if (address !== undefined && device !== undefined) this.#netlink.deleteAddress(device, address);
    const routes = this.#held.get(holder)?.routes ?? [];
    this.#held.delete(holder);
    this.#deleteUnheld(routes);
  }

  #deleteUnheld(routes: readonly Route[]): void {
    if (routes.length === 0) return;
    const held = new Set(
      [...this.#held.values()].flatMap(({ routes: its }) => its).map(({ to }) => `${to.address}/${to.length}`),
    );
    for (const route of routes) {
      const { to } = route;
      if (!held.has(`${to.address}/${to.length}`)) this.#netlink.deleteRoute({ ...route });
    }
  }

  close(): void {
    for (const holder of [...this.#held.keys(), ...this.#assigned.keys()]) this.release(holder);
    for (const family of FAMILIES) {
      this.#tolerating(() => {
        if (this.#netlink.countRoutes(family, TUNNEL_TABLE) === 0) this.#netlink.deleteRule({ family, ...RULE });
      });
    }
    this.#netlink.close();
  }

  /** On the loopback device, which is always there and asks no neighbours; one that this machine has anyhow stays where it is. */
  #assign(holder: string, address: IpAddress): void {
    const prefix = { address, length: isIpv6(address) ? 128 : 32 };
    const device = this.#loopback();
    if (device === undefined || this.#netlink.addresses().some((own) => own.address === address)) return;
    this.#netlink.addAddress(device, prefix);
    this.#assigned.set(holder, prefix);
  }
  #loopback(): number | undefined {
    return this.#netlink.linkIndex('lo');
  }

  /** A kernel without IPv6 has no rules for it. */
  #tolerating(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!hasErrno(error, 'EAFNOSUPPORT', 'EOPNOTSUPP')) throw error;
    }
  }
}
