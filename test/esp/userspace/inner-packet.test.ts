import { describe, expect, it } from 'vitest';

import { concat, fromHex } from '../../../src/base/bytes.ts';
import { InnerPacket, NO_PORT } from '../../../src/esp/userspace/inner-packet.ts';

const ADDRESSES4 = '0a010007 0a020009';
const ADDRESSES6 = '20010db8000000000000000000000001 20010db8000000000000000000000002';
const UDP = '0035 1f90 0008 0000';

/** Reads at an offset, so that a forgotten one shows. */
function read(hex: string, at = 3): InnerPacket | undefined {
  const bytes = concat(new Uint8Array(at), fromHex(hex));
  const packet = new InnerPacket();
  return packet.read(bytes, at, bytes.length - at) ? packet : undefined;
}

describe('InnerPacket', () => {
  it('reads IPv4 with ports', () => {
    expect(read(`45b8001c 00000000 40110000 ${ADDRESSES4} ${UDP}`)).toEqual({
      version: 4,
      length: 28,
      headerBytes: 20,
      nextHeader: 17,
      isFragment: false,
      protocol: 17,
      sourceAt: 15,
      destinationAt: 19,
      sourcePort: 53,
      destinationPort: 8080,
      trafficClass: 0xb8,
    });
  });
  it('reads ports behind IPv4 options', () => {
    expect(read(`4600 0020 00000000 40060000 ${ADDRESSES4} 01010101 ${UDP}`)).toMatchObject({
      protocol: 6,
      sourcePort: 53,
    });
  });
  it('shows no ports of a later fragment (RFC 4301 §7)', () => {
    expect(read(`4500001c 00000001 40110000 ${ADDRESSES4} ${UDP}`)).toMatchObject({
      protocol: 17,
      sourcePort: NO_PORT,
    });
  });
  it('shows no ports of ICMP', () => {
    expect(read(`4500001c 00000000 40010000 ${ADDRESSES4} ${UDP}`)).toMatchObject({
      protocol: 1,
      destinationPort: NO_PORT,
    });
  });
  it('reads IPv6 with ports', () => {
    expect(read(`6b800000 0008 11 40 ${ADDRESSES6} ${UDP}`)).toEqual({
      version: 6,
      length: 48,
      headerBytes: 40,
      nextHeader: 17,
      isFragment: false,
      protocol: 17,
      sourceAt: 11,
      destinationAt: 27,
      sourcePort: 53,
      destinationPort: 8080,
      trafficClass: 0xb8,
    });
  });
  it('reads ports behind IPv6 extension headers', () => {
    const chain = `3c00 0000 00000000 1101 0000 00000000 0000000000000000 ${UDP}`;
    expect(read(`60000000 0020 00 40 ${ADDRESSES6} ${chain}`)).toMatchObject({ protocol: 17, destinationPort: 8080 });
  });
  it('shows no ports of a later IPv6 fragment, but its protocol', () => {
    expect(read(`60000000 0010 2c 40 ${ADDRESSES6} 11000008 00000001 ${UDP}`)).toMatchObject({
      protocol: 17,
      sourcePort: NO_PORT,
    });
  });
  it('shows the ports of a first IPv6 fragment', () => {
    expect(read(`60000000 0010 2c 40 ${ADDRESSES6} 11000001 00000001 ${UDP}`)).toMatchObject({
      protocol: 17,
      sourcePort: 53,
    });
  });
  it('gives up on a chain that runs past the packet or never ends', () => {
    expect(read(`60000000 0008 00 40 ${ADDRESSES6} 1103 0000 00000000`)).toMatchObject({
      protocol: 17,
      sourcePort: NO_PORT,
    });
    const endless = '0000 0000 00000000'.repeat(9);
    expect(read(`60000000 0048 00 40 ${ADDRESSES6} ${endless}`)).toMatchObject({ protocol: 0, sourcePort: NO_PORT });
  });
  it('ignores what follows the length that the packet says', () => {
    expect(read(`4500001c 00000000 40110000 ${ADDRESSES4} ${UDP} ffff`)).toMatchObject({ length: 28 });
  });
  it.each([
    ['is empty', ''],
    ['is neither IPv4 nor IPv6', `5500001c 00000000 40110000 ${ADDRESSES4} ${UDP}`],
    ['has a header shorter than 20 octets', `4400001c 00000000 40110000 ${ADDRESSES4} ${UDP}`],
    ['says less than its header', `45000013 00000000 40110000 ${ADDRESSES4}`],
    ['says more than there is', `4500001d 00000000 40110000 ${ADDRESSES4} ${UDP}`],
    ['is cut in its IPv6 header', '6000000000081140'],
    ['says more IPv6 payload than there is', `60000000 0009 11 40 ${ADDRESSES6} ${UDP}`],
  ])('refuses what %s', (_what, hex) => {
    expect(read(hex)).toBeUndefined();
  });
});
