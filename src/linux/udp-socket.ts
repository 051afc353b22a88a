import { type IpAddress, isIpv6, type UdpEndpoint } from '../base/address.ts';
import { checked, closeFd, libc, scratchMemory, setIntOption, SOCK_FLAGS } from './libc.ts';
import { familyOf, readSockaddr, SOCKADDR_BYTES, writeSockaddr } from './socket-address.ts';

export interface UdpSocketOptions {
  /** A local address, or `0.0.0.0` or `::` for all of the family. */
  readonly address: IpAddress;
  /** 0 lets the system choose. */
  readonly port: number;
  /**
   * Shares the port between IKE and a user-space ESP worker (default no): the first socket of the pair gets IKE and keepalives, the
   * second ESP. Both must be opened this way, on the same address, IKE first.
   */
  readonly reusePort?: boolean;
  /** Lets the kernel take ESP in UDP for its own SAs out of what arrives (default no), RFC 3948. */
  readonly encap?: boolean;
  /** Exempts the socket from the kernel's own IPsec policies (default no), else IKE could wait for the tunnel that it makes. */
  readonly bypassPolicies?: boolean;
  /** Firewall mark of what is sent (default OUTER_MARK); left out where the right to set it is missing. */
  readonly mark?: number;
}

/**
 * Ours: what packets round a tunnel are marked with, so that the tunnel's own routes leave them alone. Without it a tunnel to
 * 0.0.0.0/0 would carry itself.
 */
export const OUTER_MARK = 0x53a1;

const SOCK_DGRAM = 2;
const IPPROTO_UDP = 17;
const SOL_SOCKET = 1;
const SO_REUSEPORT = 15;
const SO_MARK = 36;
const SO_ATTACH_REUSEPORT_CBPF = 51;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
const UDP_ENCAP = 100;
const UDP_ENCAP_ESPINUDP = 2;
/** IP_XFRM_POLICY and IPV6_XFRM_POLICY take an xfrm_userpolicy_info. */
const XFRM_POLICY = { ipv4: { level: 0, option: 17 }, ipv6: { level: 41, option: 35 } };
const USERPOLICY = { bytes: 168, family: 40, direction: 160 };
/** IP_MTU_DISCOVER and IPV6_MTU_DISCOVER; 0 is IP_PMTUDISC_DONT. */
const MTU_DISCOVER = { ipv4: { level: 0, option: 10 }, ipv6: { level: 41, option: 23 } };

const ADVICE = {
  EADDRINUSE: 'another process has this port, most likely another IKE daemon: stop it, or configure other ports',
  EADDRNOTAVAIL: 'this address is on no interface of this machine: correct it, or wait until it is',
  EACCES: 'ports below 1024 need root or CAP_NET_BIND_SERVICE',
};

/**
 * A bound, non-blocking UDP socket as a file descriptor, for `bind({ fd })` of dgram, which closes it.
 *
 * Outer packets may be fragmented: a large IKE message or tunnelled packet comes late rather than never.
 *
 * @throws IkeError with BACKEND_FAILED, with what, errno and advice in its details.
 */
export function openUdpSocket(options: UdpSocketOptions): number {
  const { address, port } = options;
  const what = `UDP socket on ${address} port ${port}`;
  const fd = checked(libc().socket(familyOf(address), SOCK_DGRAM | SOCK_FLAGS, 0), what);
  try {
    configure(fd, options, what);
    const length = writeSockaddr(scratchMemory().view, 0, { address, port });
    checked(libc().bind(fd, scratchMemory().address, length), what, ADVICE);
    if (options.reusePort === true) attachSplit(fd, what);
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

/** The address and port that a socket is bound to. */
export function boundEndpoint(fd: number): UdpEndpoint {
  const { view, address } = scratchMemory();
  view.setUint32(64, SOCKADDR_BYTES, true);
  checked(libc().getsockname(fd, address, address + 64), 'socket name');
  return readSockaddr(view, 0);
}

function configure(fd: number, options: UdpSocketOptions, what: string): void {
  const family = isIpv6(options.address) ? 'ipv6' : 'ipv4';
  if (family === 'ipv6') setIntOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1, what);
  const { level, option } = MTU_DISCOVER[family];
  setIntOption(fd, level, option, 0, what);
  if (options.reusePort === true) setIntOption(fd, SOL_SOCKET, SO_REUSEPORT, 1, what);
  if (options.encap === true)
    setIntOption(fd, IPPROTO_UDP, UDP_ENCAP, UDP_ENCAP_ESPINUDP, `${what}, ESP in UDP by the kernel`);
  if (options.bypassPolicies === true) for (const direction of [0, 1]) bypass(fd, family, direction, what);
  markSocket(fd, options.mark ?? OUTER_MARK);
}

/** An allowing policy for one direction of this socket alone. */
function bypass(fd: number, family: 'ipv4' | 'ipv6', direction: number, what: string): void {
  const { bytes, view, address } = scratchMemory();
  bytes.fill(0, 0, USERPOLICY.bytes);
  view.setUint16(USERPOLICY.family, family === 'ipv4' ? 2 : 10, true);
  bytes[USERPOLICY.direction] = direction;
  const { level, option } = XFRM_POLICY[family];
  checked(libc().setsockopt(fd, level, option, address, USERPOLICY.bytes), `${what}, exemption from IPsec policies`);
}

/** Whether the mark could be set: that needs CAP_NET_ADMIN, which an IKE daemon with kernel ESP may do without. */
export function markSocket(fd: number, mark: number): boolean {
  const { view, address } = scratchMemory();
  view.setUint32(0, mark, true);
  return libc().setsockopt(fd, SOL_SOCKET, SO_MARK, address, 4) === 0;
}

/**
 * Chooses the socket of a shared port by the first four octets behind the UDP header (RFC 3948 §2.2): zero or too short to tell is
 * IKE or a keepalive, for the first socket; anything else is an SPI, for the second. Each line is code, jt, jf, k.
 */
const SPLIT = [
  [0x80, 0, 0, 0], // load the length
  [0x35, 0, 3, 4], // shorter than 4: to the last line
  [0x20, 0, 0, 0], // load the first four octets
  [0x15, 1, 0, 0], // zero: to the last line
  [0x06, 0, 0, 1],
  [0x06, 0, 0, 0],
] as const;

/** While only the first socket is there, the program's 1 names none and the kernel falls back to the first. */
function attachSplit(fd: number, what: string): void {
  const { view, address } = scratchMemory();
  const program = 16;
  view.setUint16(0, SPLIT.length, true);
  view.setBigUint64(8, BigInt(address + program), true);
  for (const [i, [code, jumpTrue, jumpFalse, k]] of SPLIT.entries()) {
    view.setUint16(program + 8 * i, code, true);
    view.setUint8(program + 8 * i + 2, jumpTrue);
    view.setUint8(program + 8 * i + 3, jumpFalse);
    view.setUint32(program + 8 * i + 4, k, true);
  }
  checked(
    libc().setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, address, 16),
    `${what}, split between IKE and ESP`,
  );
}
