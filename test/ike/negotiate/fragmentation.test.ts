import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import {
  FRAGMENTATION_VENDOR_ID,
  fragmentSizeOf,
  isFragmentationVendorId,
} from '../../../src/ike/negotiate/fragmentation.ts';
import { nativeProvider } from '../../../src/crypto/native.ts';
import { utf8Bytes } from '../../../src/base/bytes.ts';

describe('the vendor id of fragments', () => {
  it('is the MD5 of its name, and the capabilities of Main and Aggressive Mode', () => {
    const md5 = nativeProvider.hash('md5', utf8Bytes('FRAGMENTATION'));
    expect(FRAGMENTATION_VENDOR_ID).toEqual(Uint8Array.of(...md5, 0x80, 0, 0, 0));
  });

  it.each([
    ['ours', '4048b7d56ebce88525e7de7f00d6c2d380000000', true],
    ['Cisco’s', '4048b7d56ebce88525e7de7f00d6c2d3c0000000', true],
    ['without capabilities', '4048b7d56ebce88525e7de7f00d6c2d3', true],
    ['of the base exchange alone', '4048b7d56ebce88525e7de7f00d6c2d340000000', false],
    ['cut off', '4048b7d56ebce88525e7de7f00d6c2', false],
    ['another', '4048b7d56ebce88525e7de7f00d6c2d480000000', false],
    ['none at all', '', false],
  ])('%s', (_name, hex, known) => {
    expect(isFragmentationVendorId(fromHex(hex))).toBe(known);
  });
});

it('the fewest octets of all connections count that a peer may be', () => {
  expect(fragmentSizeOf([{ fragmentSize: 1280 }, {}, { fragmentSize: 576 }])).toBe(576);
  expect(fragmentSizeOf([{}, {}])).toBeUndefined();
});
