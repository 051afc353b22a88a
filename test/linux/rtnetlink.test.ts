import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { RouteNetlink } from '../../src/linux/rtnetlink.ts';

describe('RouteNetlink', () => {
  let netlink: RouteNetlink;
  beforeEach(() => {
    netlink = new RouteNetlink();
  });
  afterEach(() => netlink.close());

  it('finds an interface by its name', () => {
    expect(netlink.linkIndex('lo')).toBe(1);
    expect(netlink.linkIndex('no-such-link')).toBeUndefined();
  });
  it('lists the addresses of the machine', () => {
    expect(netlink.addresses()).toContainEqual({ address: '127.0.0.1', prefixLength: 8, device: 1, ours: false });
  });
  it('refuses a route that needs a device and has none', () => {
    const to = { address: '10.0.0.0' as never, length: 8 };
    expect(() => netlink.addRoute({ to })).toThrow(/device of a route/);
  });
});
