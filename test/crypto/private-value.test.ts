import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { CURVES } from '../../src/crypto/curves.ts';
import { GROUPS, type GroupName } from '../../src/crypto/groups.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { isPrivateValue, privateValue } from '../../src/crypto/private-value.ts';
import { fixedBytes, GROUP_NAMES, scriptedRandom } from './fixed-values.ts';
import { refusal } from './refusal.ts';
import { toOctets } from './slow-modp.ts';

describe.each(GROUP_NAMES)('%s', (group) => {
  const { privateBytes } = GROUPS[group];

  test('is the first draw of the group’s length', () => {
    const draw = fixedBytes(group, privateBytes);
    const [first = 0] = draw;
    // The order of ecp521 begins with one bit in its first octet.
    const expected = draw.map((octet, i) => (i === 0 && group === 'ecp521' ? first & 1 : octet));
    expect(privateValue(group, scriptedRandom(draw))).toEqual(expected);
  });

  test('is one that the provider takes', () => {
    const value = privateValue(group, scriptedRandom(fixedBytes(`another ${group}`, privateBytes)));
    expect(nativeProvider.publicValue(group, value).length).toBe(GROUPS[group].publicBytes);
  });
});

test.each(['ecp256', 'ecp384', 'ecp521'] as const)(
  '%s: draws again for 0, n and above, and takes n-1 (0 < d < n)',
  (group) => {
    const { privateBytes } = GROUPS[group];
    const octets = (value: bigint): Uint8Array => toOctets(value, privateBytes);
    const unfit = [octets(0n), octets(CURVES[group].order), octets(CURVES[group].prime)];
    const fit = octets(CURVES[group].order - 1n);
    expect(privateValue(group, scriptedRandom(...unfit, fit))).toEqual(fit);
    // OpenSSL's own idea of the order is the same.
    expect(nativeProvider.publicValue(group, fit).length).toBe(2 * privateBytes);
  },
);

test('ecp521 needs one draw, not one in 128: what is above the 521 bits is cut off', () => {
  const ones = new Uint8Array(66).fill(0xff);
  ones[10] = 0;
  const value = privateValue('ecp521', scriptedRandom(ones.slice()));
  expect([value[0], toHex(value.slice(1))]).toEqual([1, toHex(ones.slice(1))]);
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
