import { type IpAddress, ipAddress } from '../base/address.ts';
import { utf8Text } from '../base/bytes.ts';
import { StructReader } from './host-bytes.ts';
import { type NetlinkMessage, readAttributes } from './netlink-message.ts';
import { IFA, IFF_UP, IFLA, MAIN, RTA, RTM, RTPROT_OURS } from './rtnetlink.ts';
import { AF_INET } from './socket-address.ts';

const IFF_RUNNING = 0x40;
const LOCAL_TABLE = 255;
/** A route that the kernel made of another for one destination. */
const RTM_F_CLONED = 0x200;

/** What rtnetlink says by itself: `there` or gone. Links, addresses and routes that are changed are told as new ones. */
export type RouteNotice =
  | {
      readonly type: 'link';
      readonly there: boolean;
      /** Index of the interface. */
      readonly device: number;
      readonly name: string;
      /** Whether packets can leave: it was brought up, and has a carrier. */
      readonly up: boolean;
    }
  | {
      readonly type: 'address';
      readonly there: boolean;
      readonly device: number;
      readonly address: IpAddress;
      readonly ours: boolean;
    }
  | {
      readonly type: 'route';
      readonly there: boolean;
      /** The destination; absent for the default route. */
      readonly to?: IpAddress;
      readonly length: number;
      readonly table: number;
      /** Absent where it leads nowhere, or over several. */
      readonly device?: number;
      readonly ours: boolean;
    };

/** Undefined for what is none of these, and for what the kernel derives from them. @throws IkeError BACKEND_FAILED for one that is too short */
export function readRouteNotice({ type, body }: NetlinkMessage): RouteNotice | undefined {
  switch (type) {
    case RTM.NEWLINK:
    case RTM.DELLINK:
      return readLink(body, type === RTM.NEWLINK);
    case RTM.NEWADDR:
    case RTM.DELADDR:
      return readInterfaceAddress(body, type === RTM.NEWADDR);
    case RTM.NEWROUTE:
    case RTM.DELROUTE:
      return readRoute(body, type === RTM.NEWROUTE);
    default:
      return undefined;
  }
}

/** struct ifinfomsg. */
function readLink(body: Uint8Array, there: boolean): RouteNotice {
  const r = new StructReader(body, 'link');
  r.skip(4);
  const device = r.u32();
  const flags = r.u32();
  r.skip(4);
  const name = utf8Text(readAttributes(body.subarray(16)).get(IFLA.IFNAME) ?? new Uint8Array()).replace(/\0.*$/, '');
  return { type: 'link', there, device, name, up: (flags & IFF_UP) !== 0 && (flags & IFF_RUNNING) !== 0 };
}

/** struct ifaddrmsg. */
function readInterfaceAddress(body: Uint8Array, there: boolean): RouteNotice | undefined {
  const r = new StructReader(body, 'address of an interface');
  r.skip(4);
  const device = r.u32();
  const attributes = readAttributes(body.subarray(8));
  // Of a point-to-point link ADDRESS is that of the other end.
  const bytes = attributes.get(IFA.LOCAL) ?? attributes.get(IFA.ADDRESS);
  const ours = attributes.get(IFA.PROTO)?.[0] === RTPROT_OURS;
  return bytes && { type: 'address', there, device, address: ipAddress(bytes), ours };
}

/** struct rtmsg. */
function readRoute(body: Uint8Array, there: boolean): RouteNotice | undefined {
  const r = new StructReader(body, 'route');
  const family = r.u8();
  const length = r.u8();
  r.skip(2);
  const short = r.u8();
  const protocol = r.u8();
  r.skip(2);
  const flags = r.u32();
  const attributes = readAttributes(body.subarray(12));
  const number = (which: number): number | undefined => {
    const bytes = attributes.get(which);
    return bytes && new StructReader(bytes, 'attribute of a route').u32();
  };
  const table = number(RTA.TABLE) ?? (short === 0 ? MAIN : short);
  // Addresses bring the routes of the local table, and say so themselves.
  if ((flags & RTM_F_CLONED) !== 0 || table === LOCAL_TABLE) return undefined;
  const to = attributes.get(RTA.DST);
  const device = number(RTA.OIF);
  const ours = protocol === RTPROT_OURS;
  return {
    ...{ type: 'route', there, length, table, ours },
    ...(to !== undefined && to.length === (family === AF_INET ? 4 : 16) && { to: ipAddress(to) }),
    ...(device !== undefined && { device }),
  };
}
