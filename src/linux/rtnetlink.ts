import { type IpAddress, ipAddress, ipBytes, isIpv6 } from '../base/address.ts';
import { concat } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import { hasErrno, NetlinkSocket } from './netlink.ts';
import {
  NLM_F,
  type NetlinkMessage,
  readAttributes,
  stringValue,
  u32Value,
  writeAttributes,
} from './netlink-message.ts';
import { AF_INET, AF_INET6, familyOf } from './socket-address.ts';

const NETLINK_ROUTE = 0;
export const RTM = {
  NEWLINK: 16,
  DELLINK: 17,
  GETLINK: 18,
  NEWADDR: 20,
  DELADDR: 21,
  GETADDR: 22,
  NEWROUTE: 24,
  DELROUTE: 25,
  GETROUTE: 26,
  NEWRULE: 32,
  DELRULE: 33,
};
export const IFLA = { IFNAME: 3, MTU: 4, AF_SPEC: 26 };
const IFLA_INET6_ADDR_GEN_MODE = 8;
const ADDR_GEN_NONE = 1;
export const IFA = { ADDRESS: 1, LOCAL: 2, PROTO: 11 };
export const RTA = { DST: 1, OIF: 4, GATEWAY: 5, PRIORITY: 6, PREFSRC: 7, TABLE: 15, MARK: 16 };
const FRA = { PRIORITY: 6, FWMARK: 10, TABLE: 15, FWMASK: 16 };
export const IFF_UP = 1;
const IFA_F_NODAD = 2;
const RT_SCOPE = { universe: 0, link: 253 };
/** Who made a route or an address, for people who read `ip route`: a number that no daemon of rt_protos has. */
export const RTPROT_OURS = 158;
const ROUTE_TYPE = { unicast: 1, unreachable: 7, throw: 9 } as const;
const FR_ACT_TO_TABLE = 1;
const FIB_RULE_INVERT = 2;

/** A network in CIDR form. */
export interface Prefix {
  readonly address: IpAddress;
  readonly length: number;
}

export interface Route {
  readonly to: Prefix;
  /** `unicast` (default) needs `device`; `unreachable` refuses; `throw` sends the look-up on to the next table. */
  readonly type?: keyof typeof ROUTE_TYPE;
  /** Index of the interface. */
  readonly device?: number;
  /** The neighbour who takes the packets on; absent where they reach their destination on the device itself. */
  readonly gateway?: IpAddress;
  /** Source of packets that have none yet; an address of this machine. */
  readonly source?: IpAddress;
  /** Routing table; default 254, main. */
  readonly table?: number;
  /** Of two routes to one network the one with the lower metric is used. */
  readonly metric?: number;
}

/** `everything but packets with this mark looks into this table`. */
export interface MarkRule {
  readonly family: 'ipv4' | 'ipv6';
  readonly mark: number;
  readonly table: number;
  readonly priority: number;
}

export interface LocalAddress {
  readonly address: IpAddress;
  readonly prefixLength: number;
  /** Index of its interface. */
  readonly device: number;
  /** Whether a gateway of ours added it; kernels before 5.18 do not remember. */
  readonly ours: boolean;
}

/** Links, addresses, routes and rules, over rtnetlink. Every refusal is a BACKEND_FAILED with the kernel's words. */
export class RouteNetlink {
  readonly #socket = new NetlinkSocket(NETLINK_ROUTE);

  close(): void {
    this.#socket.close();
  }

  /** The index of an interface, or undefined where there is none of this name. */
  linkIndex(name: string): number | undefined {
    const request = concat(new Uint8Array(16), writeAttributes([[IFLA.IFNAME, stringValue(name)]]));
    try {
      const [answer] = this.#socket.request(RTM.GETLINK, 0, request, `interface ${name}`);
      return answer === undefined ? undefined : viewOf(answer.body).getInt32(4, true);
    } catch (error) {
      if (hasErrno(error, 'ENODEV')) return undefined;
      throw error;
    }
  }

  /** Keeps an interface without an IPv6 address of its own making, and so without its router solicitations. */
  noLinkLocal(device: number): void {
    const info = new Uint8Array(16);
    viewOf(info).setInt32(4, device, true);
    const mode = writeAttributes([[IFLA_INET6_ADDR_GEN_MODE, Uint8Array.of(ADDR_GEN_NONE)]]);
    const request = concat(info, writeAttributes([[IFLA.AF_SPEC, writeAttributes([[AF_INET6, mode]])]]));
    try {
      this.#socket.request(RTM.NEWLINK, 0, request, 'interface without IPv6 link-local address');
    } catch (error) {
      // A kernel without IPv6 makes no such address either.
      if (!hasErrno(error, 'EAFNOSUPPORT', 'EOPNOTSUPP', 'EINVAL')) throw error;
    }
  }

  /** Brings an interface up and sets its MTU. */
  linkUp(device: number, mtu: number): void {
    const info = new Uint8Array(16);
    const view = viewOf(info);
    view.setInt32(4, device, true);
    view.setUint32(8, IFF_UP, true);
    view.setUint32(12, IFF_UP, true);
    const request = concat(info, writeAttributes([[IFLA.MTU, u32Value(mtu)]]));
    this.#socket.request(RTM.NEWLINK, 0, request, `interface ${device} up with MTU ${mtu}`);
  }

  /** An address that is there already is no error. */
  addAddress(device: number, prefix: Prefix): void {
    const what = `address ${prefix.address}/${prefix.length}`;
    this.#socket.request(RTM.NEWADDR, NLM_F.CREATE | NLM_F.REPLACE, writeInterfaceAddress(device, prefix), what);
  }

  /** One that is gone is no error. */
  deleteAddress(device: number, prefix: Prefix): void {
    try {
      const what = `end of the address ${prefix.address}/${prefix.length}`;
      this.#socket.request(RTM.DELADDR, 0, writeInterfaceAddress(device, prefix), what);
    } catch (error) {
      if (!hasErrno(error, 'EADDRNOTAVAIL', 'ENODEV')) throw error;
    }
  }

  /** Every address of this machine, in the kernel's order. */
  addresses(): LocalAddress[] {
    return this.#socket.dump(RTM.GETADDR, new Uint8Array(8), 'addresses').flatMap(({ body }) => {
      const attributes = readAttributes(body.subarray(8));
      const bytes = attributes.get(IFA.LOCAL) ?? attributes.get(IFA.ADDRESS);
      if (bytes === undefined) return [];
      const ours = attributes.get(IFA.PROTO)?.[0] === RTPROT_OURS;
      return [{ address: ipAddress(bytes), prefixLength: body[1] ?? 0, device: viewOf(body).getUint32(4, true), ours }];
    });
  }

  /** Replaces a route to the same network in the same table with the same metric. */
  addRoute(route: Route): void {
    this.#socket.request(RTM.NEWROUTE, NLM_F.CREATE | NLM_F.REPLACE, writeRoute(route), `route to ${routeText(route)}`);
  }

  /** A route that is gone, with its interface or otherwise, is no error. */
  deleteRoute(route: Route): void {
    try {
      this.#socket.request(RTM.DELROUTE, 0, writeRoute(route), `end of the route to ${routeText(route)}`);
    } catch (error) {
      if (!hasErrno(error, 'ESRCH', 'ENODEV')) throw error;
    }
  }

  /** The way to an address for packets with this mark; undefined where there is none. */
  routeTo(address: IpAddress, mark: number): Pick<Route, 'device' | 'gateway'> | undefined {
    const bytes = ipBytes(address);
    const header = Uint8Array.of(familyOf(address), 8 * bytes.length, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const attributes = writeAttributes([
      [RTA.DST, bytes],
      [RTA.MARK, u32Value(mark)],
    ]);
    try {
      const [answer] = this.#socket.request(RTM.GETROUTE, 0, concat(header, attributes), `route to ${address}`);
      const found = answer && readAttributes(answer.body.subarray(12));
      const [device, gateway] = [found?.get(RTA.OIF), found?.get(RTA.GATEWAY)];
      if (device === undefined) return undefined;
      return { device: viewOf(device).getUint32(0, true), ...(gateway && { gateway: ipAddress(gateway) }) };
    } catch (error) {
      if (hasErrno(error, 'ENETUNREACH', 'EHOSTUNREACH', 'ESRCH', 'EINVAL', 'EACCES')) return undefined;
      throw error;
    }
  }

  /** How many routes a table has. */
  countRoutes(family: 'ipv4' | 'ipv6', table: number): number {
    return this.#routesIn(family, table).length;
  }
  /** Takes every route of a table away, whoever made it. */
  flushTable(family: 'ipv4' | 'ipv6', table: number): void {
    for (const { body } of this.#routesIn(family, table))
      this.#socket.request(RTM.DELROUTE, 0, body, `end of a route of table ${table}`);
  }
  #routesIn(family: 'ipv4' | 'ipv6', table: number): NetlinkMessage[] {
    const request = new Uint8Array(12);
    request[0] = family === 'ipv4' ? AF_INET : AF_INET6;
    return this.#socket.dump(RTM.GETROUTE, request, 'routes').filter((message) => tableOf(message) === table);
  }

  /** A rule that is there already is no error. */
  addRule(rule: MarkRule): void {
    try {
      this.#socket.request(RTM.NEWRULE, NLM_F.CREATE | NLM_F.EXCL, writeRule(rule), 'routing rule');
    } catch (error) {
      if (!hasErrno(error, 'EEXIST')) throw error;
    }
  }

  deleteRule(rule: MarkRule): void {
    try {
      this.#socket.request(RTM.DELRULE, 0, writeRule(rule), 'end of the routing rule');
    } catch (error) {
      if (!hasErrno(error, 'ENOENT')) throw error;
    }
  }
}

export const MAIN = 254;

function writeInterfaceAddress(device: number, { address, length }: Prefix): Uint8Array {
  const bytes = ipBytes(address);
  // Duplicate address detection would keep an IPv6 address from being used for a second, on a link that has no neighbours.
  const flags = isIpv6(address) ? IFA_F_NODAD : 0;
  const info = Uint8Array.of(familyOf(address), length, flags, RT_SCOPE.universe, 0, 0, 0, 0);
  viewOf(info).setUint32(4, device, true);
  return concat(
    info,
    writeAttributes([
      [IFA.LOCAL, bytes],
      [IFA.ADDRESS, bytes],
      [IFA.PROTO, Uint8Array.of(RTPROT_OURS)],
    ]),
  );
}

function writeRoute({ to, type = 'unicast', device, gateway, source, table = MAIN, metric }: Route): Uint8Array {
  if ((type === 'unicast') !== (device !== undefined))
    throw new IkeError('INVALID_ARGUMENT', { what: 'device of a route', type });
  const direct = type === 'unicast' && gateway === undefined;
  const scope = direct && !isIpv6(to.address) ? RT_SCOPE.link : RT_SCOPE.universe;
  // A table over 255 does not fit its octet: the attribute says it.
  const header = [familyOf(to.address), to.length, 0, 0, 0, RTPROT_OURS, scope, ROUTE_TYPE[type], 0, 0, 0, 0];
  const attributes: [number, Uint8Array][] = [
    [RTA.DST, ipBytes(to.address)],
    [RTA.TABLE, u32Value(table)],
  ];
  if (device !== undefined) attributes.push([RTA.OIF, u32Value(device)]);
  if (gateway !== undefined) attributes.push([RTA.GATEWAY, ipBytes(gateway)]);
  if (source !== undefined) attributes.push([RTA.PREFSRC, ipBytes(source)]);
  if (metric !== undefined) attributes.push([RTA.PRIORITY, u32Value(metric)]);
  return concat(Uint8Array.from(header), writeAttributes(attributes));
}

function writeRule({ family, mark, table, priority }: MarkRule): Uint8Array {
  const header = new Uint8Array(12);
  header[0] = family === 'ipv4' ? AF_INET : AF_INET6;
  header[7] = FR_ACT_TO_TABLE;
  viewOf(header).setUint32(8, FIB_RULE_INVERT, true);
  return concat(
    header,
    writeAttributes([
      [FRA.PRIORITY, u32Value(priority)],
      [FRA.FWMARK, u32Value(mark)],
      [FRA.FWMASK, u32Value(0xffff_ffff)],
      [FRA.TABLE, u32Value(table)],
    ]),
  );
}

function tableOf({ body }: NetlinkMessage): number {
  const table = readAttributes(body.subarray(12)).get(RTA.TABLE);
  return table === undefined ? (body[4] ?? 0) : viewOf(table).getUint32(0, true);
}

const routeText = ({ to, type, table = MAIN }: Route): string =>
  `${to.address}/${to.length} (${type ?? 'unicast'}, table ${table})`;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
