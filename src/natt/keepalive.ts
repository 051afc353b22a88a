import { type Duration, type Instant, after, seconds } from '../base/instant.ts';

/** The whole datagram, without marker: RFC 3948 §2.3. */
export const KEEPALIVE_DATAGRAM: Uint8Array = Uint8Array.of(0xff);
/** RFC 3948 §4: "The default for N is 20 seconds", and it is configurable. */
export const KEEPALIVE_INTERVAL: Duration = seconds(20);

/** What decides when the next keepalive of one NAT mapping goes out. Plain data; the functions below make the next from it. */
export interface Keepalive {
  /** 0 sends none. */
  readonly interval: Duration;
  /** Only the side behind the NAT has a mapping to keep (RFC 3947 §3.2). */
  readonly localBehindNat: boolean;
  /** The last datagram to the peer, IKE, ESP or keepalive. What arrives does not count: it does not renew every mapping. */
  readonly lastSent: Instant;
}

/** When to ask `keepaliveTick` again; undefined where none is ever due. */
export function nextKeepalive({ interval, localBehindNat, lastSent }: Keepalive): Instant | undefined {
  return localBehindNat && interval > 0 ? after(lastSent, interval) : undefined;
}

/** Something went out to the peer. */
export function keepaliveSent(keepalive: Keepalive, now: Instant): Keepalive {
  return { ...keepalive, lastSent: now };
}

/** Whether a keepalive goes out now, and what is then. */
export function keepaliveTick(
  keepalive: Keepalive,
  now: Instant,
): { readonly next: Keepalive; readonly send: boolean } {
  const due = nextKeepalive(keepalive);
  return due === undefined || now < due
    ? { next: keepalive, send: false }
    : { next: keepaliveSent(keepalive, now), send: true };
}
