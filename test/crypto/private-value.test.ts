import { describe, expect, test } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import { GROUPS, type GroupName } from '../../src/crypto/groups.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { isPrivateValue, privateValue } from '../../src/crypto/private-value.ts';
import { fixedBytes, GROUP_NAMES, scriptedRandom } from './fixed-values.ts';
import { refusal } from './refusal.ts';
import { toOctets } from './slow-modp.ts';

const ORDER = {
  ecp256: 2n ** 256n - 2n ** 224n + 2n ** 192n - 0x43190552_58e8617b_0c46353d_039cdaafn,
  ecp384: 2n ** 384n - 0x389cb27e_0bc8d220_a7e5f24d_b74f58851313e695333ad68dn,
} as const;

describe.each(GROUP_NAMES)('%s', (group) => {
  const { privateBytes } = GROUPS[group];

  test('is the first draw of the group’s length', () => {
    const draw = fixedBytes(group, privateBytes);
    expect(privateValue(group, scriptedRandom(draw))).toEqual(draw);
  });

  test('is one that the provider takes', () => {
    const value = privateValue(group, scriptedRandom(fixedBytes(`another ${group}`, privateBytes)));
    expect(nativeProvider.publicValue(group, value).length).toBe(GROUPS[group].publicBytes);
  });
});

test.each(['ecp256', 'ecp384'] as const)('%s: draws again for 0, n and above, and takes n-1 (0 < d < n)', (group) => {
  const { privateBytes } = GROUPS[group];
  const octets = (value: bigint): Uint8Array => toOctets(value, privateBytes);
  const unfit = [octets(0n), octets(ORDER[group]), octets(2n ** BigInt(8 * privateBytes) - 1n)];
  const fit = octets(ORDER[group] - 1n);
  expect(privateValue(group, scriptedRandom(...unfit, fit))).toEqual(fit);
  // OpenSSL's own idea of the order is the same.
  expect(nativeProvider.publicValue(group, fit).length).toBe(2 * privateBytes);
});

test('gives up on a source that gives only unfit values, instead of hanging', () => {
  const stuck = { bytes: (length: number) => new Uint8Array(length) };
  expect(refusal(() => privateValue('ecp256', stuck))).toEqual({
    code: 'INTERNAL',
    details: { what: 'random source gives no private value', group: 'ecp256' },
  });
});

test.each<[GroupName, string, boolean]>([
  ['modp1024', '00', false],
  ['modp1024', '01', true],
  ['modp1024', 'ff'.repeat(128), true],
  ['modp1024', 'ff'.repeat(129), false],
  ['modp1024', '', false],
  ['ecp256', '01', false],
  ['ecp256', `${'00'.repeat(31)}01`, true],
  ['ecp256', `${'00'.repeat(32)}01`, false],
  ['x25519', '00'.repeat(32), true],
  ['x25519', '00'.repeat(31), false],
])('for %s, %s is usable: %s', (group, hex, usable) => {
  expect(isPrivateValue(group, fromHex(hex))).toBe(usable);
});
