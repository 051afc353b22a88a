import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ipAddress, ipBytes, requireIpAddress } from '../../../src/base/address.ts';
import { parseSelector, selectorHas } from '../../../src/base/selector.ts';
import { NO_PORT } from '../../../src/esp/userspace/inner-packet.ts';
import { SelectorMatch, selectorSize } from '../../../src/esp/userspace/selector-match.ts';

function fits(selector: string, address: string, protocol = 6, port = 80): boolean {
  const bytes = ipBytes(requireIpAddress(address));
  return new SelectorMatch(parseSelector(selector)).fits(bytes.length === 4 ? 4 : 6, bytes, 0, protocol, port);
}

describe('SelectorMatch', () => {
  it.each([
    ['10.2.0.0/24', '10.2.0.0', true],
    ['10.2.0.0/24', '10.2.0.255', true],
    ['10.2.0.0/24', '10.2.1.0', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['200.1.2.3-200.1.2.5', '200.1.2.5', true],
    ['200.1.2.3-200.1.2.5', '200.1.2.6', false],
    ['2001:db8::/64', '2001:db8::ffff', true],
    ['2001:db8::/64', '2001:db8:0:1::', false],
    ['::/0', '10.2.0.1', false],
    ['0.0.0.0/0', '2001:db8::1', false],
  ])('of %s says of %s: %s', (selector, address, expected) => {
    expect(fits(selector, address)).toBe(expected);
  });
  it('agrees with the slow comparison for every address', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
    );
    fc.assert(
      fc.property(bytes, bytes, bytes, (a, b, c) => {
        fc.pre(a.length === b.length);
        const [first, last] = [ipAddress(a), ipAddress(b)];
        const match = new SelectorMatch({ first, last, protocol: 0, port: 0 });
        expect(match.fits(c.length === 4 ? 4 : 6, c, 0, 6, 1)).toBe(selectorHas({ first, last }, ipAddress(c)));
      }),
      { seed: 4301 },
    );
  });
  it('looks at protocol and port where they are given', () => {
    expect(fits('10.0.0.0/8[6/80]', '10.1.1.1')).toBe(true);
    expect(fits('10.0.0.0/8[6/80]', '10.1.1.1', 17)).toBe(false);
    expect(fits('10.0.0.0/8[6/80]', '10.1.1.1', 6, 81)).toBe(false);
    expect(fits('10.0.0.0/8[6/0]', '10.1.1.1', 6, NO_PORT)).toBe(true);
  });
  it('lets a packet that shows no port into no selector for one', () => {
    expect(fits('10.0.0.0/8[17/53]', '10.1.1.1', 17, NO_PORT)).toBe(false);
  });
});

describe('selectorSize', () => {
  it('orders networks by how many addresses they have', () => {
    const sizes = ['10.1.1.1', '10.1.1.0/24', '0.0.0.0/0', '2001:db8::/64'].map((text) =>
      selectorSize(parseSelector(text)),
    );
    expect(sizes).toEqual([0n, 255n, 0xffff_ffffn, 2n ** 64n - 1n]);
  });
});
