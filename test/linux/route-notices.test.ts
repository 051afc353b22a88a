import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import { readRouteNotice, type RouteNotice } from '../../src/linux/route-notices.ts';

/** Bodies as a kernel 6.1 multicast them, when `ip` did what the title says; of links the first attributes. */
const GOLDEN: readonly (readonly [string, number, string, RouteNotice | undefined])[] = [
  [
    'link set d0 up, whose other end is down',
    16,
    '000001000300000003100000010000000700030064300000',
    { type: 'link', there: true, device: 3, name: 'd0', up: false },
  ],
  [
    'link set d1 up, its other end',
    16,
    '00000100030000004310010000000000070003006430000008000d00e8030000',
    { type: 'link', there: true, device: 3, name: 'd0', up: true },
  ],
  [
    'link del d0',
    17,
    '000001000300000002100000ffffffff070003006430000008000d00e8030000',
    { type: 'link', there: false, device: 3, name: 'd0', up: false },
  ],
  [
    'addr add 192.0.2.7/24 dev d0',
    20,
    '021880000300000008000100c000020708000200c00002070700030064300000080008008000000014000600ffffffffffffffff12da5c0012da5c00',
    { type: 'address', there: true, device: 3, address: '192.0.2.7' as never, ours: false },
  ],
  [
    'addr del 2001:db8::7/64 dev d0',
    21,
    '0a408200030000001400010020010db800000000000000000000000714000600ffffffffffffffff49da5c0049da5c000800080082000000',
    { type: 'address', there: false, device: 3, address: '2001:db8::7' as never, ours: false },
  ],
  [
    'route add default via 192.0.2.1 dev d0',
    24,
    '02000000fe0300010000000008000f00fe00000008000500c00002010800040003000000',
    { type: 'route', there: true, length: 0, table: 254, device: 3, ours: false },
  ],
  [
    'route add 10.9.0.0/16 dev d0 table 300',
    24,
    '02100000fc03fd010000000008000f002c010000080001000a0900000800040003000000',
    { type: 'route', there: true, to: '10.9.0.0' as never, length: 16, table: 300, device: 3, ours: false },
  ],
  [
    'route add unreachable 10.8.0.0/16 proto 158',
    24,
    '02100000fe9e00070000000008000f00fe000000080001000a080000',
    { type: 'route', there: true, to: '10.8.0.0' as never, length: 16, table: 254, ours: true },
  ],
  [
    'addr add 192.0.2.7/24 dev d0, the route of the local table that comes with it',
    24,
    '02200000ff02fe020000000008000f00ff00000008000100c000020708000700c00002070800040003000000',
    undefined,
  ],
  ['a neighbour', 28, '02000000', undefined],
];

describe('what rtnetlink says by itself', () => {
  it.each(GOLDEN)('is read: %s', (_what, type, hex, notice) => {
    const body = fromHex(hex);
    expect(readRouteNotice({ type, flags: 0, sequence: 0, body })).toEqual(notice);
  });
  it.each([16, 20, 24])('of type %i is refused where it is too short', (type) => {
    expect(() => readRouteNotice({ type, flags: 0, sequence: 0, body: new Uint8Array(3) })).toThrow(/netlink/);
  });
});
