import { type IpAddress, isIpv6 } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import { checked, closeFd, libc, scratchMemory, setIntOption, SOCK_FLAGS } from './libc.ts';
import { AF_INET, writeSockaddr } from './socket-address.ts';
import { markSocket, OUTER_MARK } from './udp-socket.ts';

const SOCK_RAW = 3;
const IP_MTU_DISCOVER = 10;

export interface RawSocketOptions {
  /** The local IPv4 address: what goes out carries it, and only what comes to it comes in. */
  readonly address: IpAddress;
  /** IP protocol number; 50 is ESP (RFC 4303 §2). */
  readonly protocol: number;
  /** Firewall mark of what is sent (default OUTER_MARK). */
  readonly mark?: number;
}

/**
 * A bound, non-blocking raw IPv4 socket. What is received begins with the IP header (`ipHeaderBytes`); what is sent must not have one.
 *
 * @throws IkeError with BACKEND_FAILED, in words where the rights are missing.
 */
export function openRawSocket({ address, protocol, mark }: RawSocketOptions): number {
  if (isIpv6(address)) {
    throw new IkeError('BACKEND_FAILED', {
      what: `raw socket on ${address}`,
      advice: 'over IPv6, set natt mode: force',
    });
  }
  const what = `raw socket for IP protocol ${protocol} on ${address}`;
  const rights = 'run as root, or give the process CAP_NET_RAW; or set natt mode: force, which needs no raw socket';
  const advice = { EPERM: rights, EACCES: rights, EADDRNOTAVAIL: 'this address is on no interface of this machine' };
  const fd = checked(libc().socket(AF_INET, SOCK_RAW | SOCK_FLAGS, protocol), what, advice);
  try {
    setIntOption(fd, 0, IP_MTU_DISCOVER, 0, what);
    markSocket(fd, mark ?? OUTER_MARK);
    const length = writeSockaddr(scratchMemory().view, 0, { address, port: 0 });
    checked(libc().bind(fd, scratchMemory().address, length), what, advice);
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

/** How many octets of a received packet are its IPv4 header; 0 where there is none. */
export function ipHeaderBytes(bytes: Uint8Array, at: number, length: number): number {
  const header = ((bytes[at] ?? 0) & 0xf) * 4;
  return header >= 20 && header <= length ? header : 0;
}
