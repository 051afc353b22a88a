import { describe, expect, it } from 'vitest';
import { instant, seconds } from '../../src/base/instant.ts';
import {
  KEEPALIVE_DATAGRAM,
  KEEPALIVE_INTERVAL,
  type Keepalive,
  keepaliveSent,
  keepaliveTick,
  nextKeepalive,
} from '../../src/natt/keepalive.ts';

const idle: Keepalive = { interval: KEEPALIVE_INTERVAL, localBehindNat: true, lastSent: instant(5000) };

describe('NAT keepalives', () => {
  it('are one octet of 0xFF every 20 seconds (RFC 3948 §2.3, §4)', () => {
    expect(KEEPALIVE_DATAGRAM).toEqual(Uint8Array.of(0xff));
    expect(KEEPALIVE_INTERVAL).toBe(20_000);
  });

  it('are due when nothing has gone out for the interval', () => {
    expect(nextKeepalive(idle)).toBe(25_000);
    expect(keepaliveTick(idle, instant(24_999))).toEqual({ next: idle, send: false });
    expect(keepaliveTick(idle, instant(25_000))).toEqual({ next: { ...idle, lastSent: 25_000 }, send: true });
    expect(keepaliveTick(idle, instant(90_000))).toEqual({ next: { ...idle, lastSent: 90_000 }, send: true });
  });

  it('are put off by anything else that goes out', () => {
    expect(nextKeepalive(keepaliveSent(idle, instant(20_000)))).toBe(40_000);
  });

  it.each([
    ['who is not behind the NAT (RFC 3947 §3.2)', { ...idle, localBehindNat: false }],
    ['who has switched them off', { ...idle, interval: seconds(0) }],
  ])('are never sent by one %s', (_, keepalive) => {
    expect(nextKeepalive(keepalive)).toBe(undefined);
    expect(keepaliveTick(keepalive, instant(10 ** 9))).toEqual({ next: keepalive, send: false });
  });
});
