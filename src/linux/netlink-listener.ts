import { IkeError } from '../base/errors.ts';
import { clearWake, openEventfd, wake } from './eventfd.ts';
import { checked, closeFd, errnoName, libc, scratchMemory, wouldBlock } from './libc.ts';
import { nativeMemory } from './native.ts';
import { AF_NETLINK, openNetlink } from './netlink.ts';
import { type NetlinkMessage, readNetlink } from './netlink-message.ts';
import { Poller } from './poll.ts';

const RECEIVE = 65_536;
/** Ours: how long a wait may take, which is also about how often `tick` is called. */
const WAIT = 500;

export interface NetlinkListening {
  /** 6 is NETLINK_XFRM. */
  readonly family: number;
  /** Numbers of multicast groups. */
  readonly groups: readonly number[];
  readonly heard: (message: NetlinkMessage) => void;
  /** Messages were lost: what is known has to be asked for again. */
  readonly lost: () => void;
  /** Twice a second. */
  readonly tick: () => void;
}

/**
 * Hears what the kernel says by itself. The wait is on a thread of libuv's and ends twice a second, because a call that does not
 * return would keep the process from ending.
 */
export class NetlinkListener {
  readonly #options: NetlinkListening;
  readonly #fd: number;
  readonly #wake = openEventfd();
  readonly #memory = nativeMemory(RECEIVE);
  readonly #poller = new Poller();
  readonly #loop: Promise<void>;
  #closing = false;

  constructor(options: NetlinkListening) {
    this.#options = options;
    const what = 'netlink socket for events';
    this.#fd = openNetlink(options.family, what);
    const { view, address } = scratchMemory();
    view.setUint16(0, AF_NETLINK, true);
    view.setUint16(2, 0, true);
    view.setUint32(4, 0, true);
    view.setUint32(
      8,
      options.groups.reduce((mask, group) => mask | (1 << (group - 1)), 0),
      true,
    );
    checked(libc().bind(this.#fd, address, 12), what);
    this.#poller.watch([this.#fd, this.#wake]);
    this.#loop = this.#run();
  }

  async close(): Promise<void> {
    this.#closing = true;
    wake(this.#wake);
    await this.#loop;
    for (const fd of [this.#fd, this.#wake]) closeFd(fd);
  }

  async #run(): Promise<void> {
    let ticked = performance.now();
    while (!this.#closing) {
      await this.#poller.waitAsync(WAIT);
      if (this.#closing) break;
      clearWake(this.#wake);
      this.#drain();
      if (performance.now() - ticked < WAIT) continue;
      ticked = performance.now();
      this.#options.tick();
    }
  }

  #drain(): void {
    for (;;) {
      const length = libc().recv(this.#fd, this.#memory.address, RECEIVE, 0);
      if (length >= 0) {
        for (const message of readNetlink(this.#memory.bytes.slice(0, length))) this.#options.heard(message);
      } else if (wouldBlock()) return;
      else if (errnoName() === 'ENOBUFS') this.#options.lost();
      else throw new IkeError('BACKEND_FAILED', { what: 'netlink events', errno: errnoName() });
    }
  }
}
