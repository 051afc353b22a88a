import { describe, expect, test } from 'vitest';
import { requireIpAddress } from '../../../src/base/address.ts';
import { fromHex } from '../../../src/base/bytes.ts';
import { readUnityNetworks, writeUnityNetworks } from '../../../src/ike/wire/unity-networks.ts';
import { refused } from './refused.ts';

const TWO = fromHex('0a010000ffff0000000000000000 c0000200ffffff00000000000000');
const networks = [
  { address: requireIpAddress('10.1.0.0'), mask: requireIpAddress('255.255.0.0') },
  { address: requireIpAddress('192.0.2.0'), mask: requireIpAddress('255.255.255.0') },
];

describe("Cisco's networks", () => {
  test('are read, and written back octet for octet', () => {
    expect(readUnityNetworks(TWO)).toEqual(networks);
    expect(writeUnityNetworks(networks)).toEqual(TWO);
  });

  test('may be none', () => {
    expect(readUnityNetworks(new Uint8Array())).toEqual([]);
  });

  test('are passed over where protocol and ports are filled', () => {
    const filled = fromHex('0a010000ffff0000001100350035');
    expect(readUnityNetworks(filled)).toEqual(networks.slice(0, 1));
  });

  test.each([1, 4, 13, 15, 27])('are refused when cut after %i octets', (length) => {
    expect(refused(() => readUnityNetworks(TWO.subarray(0, length))).code).toBe('PAYLOAD_MALFORMED');
  });
});
