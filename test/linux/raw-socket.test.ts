import { describe, expect, it } from 'vitest';

import { requireIpAddress } from '../../src/base/address.ts';
import { fromHex } from '../../src/base/bytes.ts';
import { ipHeaderBytes, openRawSocket } from '../../src/linux/raw-socket.ts';

describe('openRawSocket', () => {
  it('has no IPv6, and says what to do instead', () => {
    expect(() => openRawSocket({ address: requireIpAddress('::1'), protocol: 50 })).toThrow(
      /over IPv6, set natt mode: force/,
    );
  });
});

describe('ipHeaderBytes', () => {
  it.each([
    ['45', 20, 20],
    ['46', 30, 24],
    ['46', 23, 0],
    ['44', 40, 0],
    ['', 0, 0],
  ])('of a packet that begins with %s and has %s octets is %s', (hex, length, expected) => {
    expect(ipHeaderBytes(fromHex(`ff${hex}`), 1, length)).toBe(expected);
  });
});
