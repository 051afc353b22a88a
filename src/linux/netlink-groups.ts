import { IkeError } from '../base/errors.ts';
import { checked, closeFd, errnoName, libc, scratchMemory, wouldBlock } from './libc.ts';
import { nativeMemory } from './native.ts';
import { AF_NETLINK, openNetlink } from './netlink.ts';
import { type NetlinkMessage, readNetlink } from './netlink-message.ts';

const RECEIVE = 65_536;

/** What the kernel says by itself, where one has asked to hear it. */
export interface NetlinkNews {
  readonly heard: (message: NetlinkMessage) => void;
  /** Messages were lost: what is known has to be asked for again. */
  readonly lost: () => void;
}

/** A netlink socket that hears some multicast groups, and is read without waiting. */
export class NetlinkGroups {
  readonly fd: number;
  readonly #memory = nativeMemory(RECEIVE);

  /** `family`: 0 is NETLINK_ROUTE, 6 is NETLINK_XFRM; `groups` are numbers. @throws IkeError BACKEND_FAILED */
  constructor(family: number, groups: readonly number[]) {
    const what = 'netlink socket for events';
    this.fd = openNetlink(family, what);
    const { view, address } = scratchMemory();
    view.setUint16(0, AF_NETLINK, true);
    view.setUint16(2, 0, true);
    view.setUint32(4, 0, true);
    view.setUint32(
      8,
      groups.reduce((mask, group) => mask | (1 << (group - 1)), 0),
      true,
    );
    checked(libc().bind(this.fd, address, 12), what);
  }

  /** Everything that there is to hear by now. */
  drain({ heard, lost }: NetlinkNews): void {
    for (;;) {
      const length = libc().recv(this.fd, this.#memory.address, RECEIVE, 0);
      if (length >= 0) {
        for (const message of readNetlink(this.#memory.bytes.slice(0, length))) heard(message);
      } else if (wouldBlock()) return;
      else if (errnoName() === 'ENOBUFS') lost();
      else throw new IkeError('BACKEND_FAILED', { what: 'netlink events', errno: errnoName() });
    }
  }

  close(): void {
    closeFd(this.fd);
  }
}
