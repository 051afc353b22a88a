import { libc, scratchMemory } from './libc.ts';

const IP_RECVTOS = { level: 0, option: 13 };
const IPV6_RECVTCLASS = { level: 41, option: 66 };

/** Lets a socket tell the traffic class of what it receives. A kernel that cannot leaves congestion marks unseen, no more. */
export function tellTrafficClass(fd: number, family: 'ipv4' | 'ipv6'): void {
  const { level, option } = family === 'ipv4' ? IP_RECVTOS : IPV6_RECVTCLASS;
  const { view, address } = scratchMemory();
  view.setInt32(0, 1, true);
  libc().setsockopt(fd, level, option, address, 4);
}
