import { describe, expect, it } from 'vitest';

import { decapsulatedEcn, ECN, writeEcn } from '../../../src/esp/userspace/ecn.ts';
import { internetChecksum } from '../../../src/base/internet-checksum.ts';
import { echo } from './engine-pair.ts';

describe('ECN at the end of a tunnel', () => {
  const { NOT_ECT, ECT_0, ECT_1, CE } = ECN;
  it.each([
    [NOT_ECT, [NOT_ECT, NOT_ECT, NOT_ECT, 'drop']],
    [ECT_0, [ECT_0, ECT_0, ECT_1, CE]],
    [ECT_1, [ECT_1, ECT_1, ECT_1, CE]],
    [CE, [CE, CE, CE, CE]],
  ])('is the row of RFC 6040 figure 4 for inner %s', (inner, row) => {
    expect([NOT_ECT, ECT_0, ECT_1, CE].map((outer) => decapsulatedEcn(inner, outer))).toEqual(row);
  });
  it('is written into IPv4 with a right checksum, and leaves the differentiated services alone', () => {
    const packet = echo();
    packet[1] = 0xb8;
    writeEcn(packet, 0, 4, CE);
    expect(packet[1]).toBe(0xbb);
    expect(internetChecksum(packet, 0, 20)).toBe(0);
  });
  it('is written into IPv6 between traffic class and flow label', () => {
    const packet = echo('2001:db8::1', '2001:db8::2');
    packet.set([0x6b, 0x8f], 0);
    writeEcn(packet, 0, 6, ECT_1);
    expect([...packet.subarray(0, 2)]).toEqual([0x6b, 0x9f]);
  });
});

describe('internetChecksum', () => {
  it('is the example of RFC 1071 §3, complemented', () => {
    expect(internetChecksum(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7), 0, 8)).toBe(
      ~0xddf2 & 0xffff,
    );
  });
  it('pads an odd octet on the right', () => {
    expect(internetChecksum(Uint8Array.of(0x12), 0, 1)).toBe(~0x1200 & 0xffff);
  });
  it('folds the carries of 64 KB of ones', () => {
    expect(internetChecksum(new Uint8Array(65_534).fill(0xff), 0, 65_534)).toBe(0);
  });
});
