import { clearWake, openEventfd, wake } from './eventfd.ts';
import { closeFd } from './libc.ts';
import { NetlinkGroups, type NetlinkNews } from './netlink-groups.ts';
import { Poller } from './poll.ts';

/** Ours: how long a wait may take, which is also about how often `tick` is called. */
const WAIT = 500;

export interface NetlinkListening extends NetlinkNews {
  /** 6 is NETLINK_XFRM. */
  readonly family: number;
  /** Numbers of multicast groups. */
  readonly groups: readonly number[];
  /** Twice a second. */
  readonly tick: () => void;
}

/**
 * Hears what the kernel says by itself. The wait is on a thread of libuv's and ends twice a second, because a call that does not
 * return would keep the process from ending.
 */
export class NetlinkListener {
  readonly #options: NetlinkListening;
  readonly #socket: NetlinkGroups;
  readonly #wake = openEventfd();
  readonly #poller = new Poller();
  readonly #loop: Promise<void>;
  #closing = false;

  constructor(options: NetlinkListening) {
    this.#options = options;
    this.#socket = new NetlinkGroups(options.family, options.groups);
    this.#poller.watch([this.#socket.fd, this.#wake]);
    this.#loop = this.#run();
  }

  async close(): Promise<void> {
    this.#closing = true;
    wake(this.#wake);
    await this.#loop;
    this.#socket.close();
    closeFd(this.#wake);
  }

  async #run(): Promise<void> {
    let ticked = performance.now();
    while (!this.#closing) {
      await this.#poller.waitAsync(WAIT);
      if (this.#closing) break;
      clearWake(this.#wake);
      this.#socket.drain(this.#options);
      if (performance.now() - ticked < WAIT) continue;
      ticked = performance.now();
      this.#options.tick();
    }
  }
}
