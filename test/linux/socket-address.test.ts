import { describe, expect, it } from 'vitest';

import { requireIpAddress } from '../../src/base/address.ts';
import { toHex } from '../../src/base/bytes.ts';
import { readSockaddr, writeSockaddr } from '../../src/linux/socket-address.ts';

describe('socket addresses', () => {
  it.each([
    ['192.0.2.1', 4500, '02001194c00002010000000000000000'],
    ['2001:db8::1', 500, '0a0001f40000000020010db800000000000000000000000100000000'],
  ])('%s is in the kernel’s form and back', (text, port, hex) => {
    const endpoint = { address: requireIpAddress(text), port };
    const bytes = new Uint8Array(40).fill(0xee);
    const view = new DataView(bytes.buffer);
    const length = writeSockaddr(view, 4, endpoint);
    expect(toHex(bytes.subarray(4, 4 + length))).toBe(hex);
    expect(readSockaddr(view, 4)).toEqual(endpoint);
  });
});
