import { NetlinkGroups, type NetlinkNews } from './netlink-groups.ts';
import { readRouteNotice, type RouteNotice } from './route-notices.ts';

const NETLINK_ROUTE = 0;
/** Links, addresses and routes of both IP versions (RTNLGRP of linux/rtnetlink.h). */
const GROUPS = [1, 5, 7, 9, 11] as const;
/** Ours: changes come in crowds, an address with its routes; what is quiet for so long is complete. */
const LOOK_EVERY_MS = 200;
/** Ours: a network that is never quiet is looked at all the same. */
const LOOKS_AT_MOST = 10;

/**
 * Tells when links, addresses or routes of this machine have changed and it is quiet again. The socket is looked at by a timer: a wait would
 * take one of libuv's four threads for good.
 */
export class NetworkWatch {
  readonly #socket = new NetlinkGroups(NETLINK_ROUTE, GROUPS);
  readonly #changed: () => void;
  readonly #timer: NodeJS.Timeout;
  readonly #news: NetlinkNews;
  /** Which links were up, by index. */
  readonly #links = new Map<number, boolean>();
  #heard = false;
  #waited = 0;

  /** @throws IkeError BACKEND_FAILED where there is no netlink */
  constructor(changed: () => void) {
    this.#changed = changed;
    this.#news = {
      heard: (message) => {
        const notice = readRouteNotice(message);
        if (notice !== undefined && this.#matters(notice)) this.#heard = true;
      },
      lost: () => (this.#heard = true),
    };
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }

  #look(): void {
    this.#heard = false;
    this.#socket.drain(this.#news);
    if (this.#heard && this.#waited < LOOKS_AT_MOST) this.#waited++;
    else if (this.#waited > 0) {
      this.#waited = 0;
      this.#changed();
    }
  }

  /** Not what we do ourselves, nor what a link tells of itself beside whether it is up. */
  #matters(notice: RouteNotice): boolean {
    if (notice.type !== 'link') return !notice.ours;
    const isUp = notice.there && notice.up;
    const was = this.#links.get(notice.device);
    this.#links.set(notice.device, isUp);
    return was !== isUp;
  }
}
