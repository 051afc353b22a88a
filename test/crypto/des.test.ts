import { expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { isWeakDesKey } from '../../src/crypto/des.ts';
import { portableProvider } from '../../src/crypto/portable.ts';
import { fixedBytes } from './fixed-values.ts';

/** RFC 2409 App. A: four that are their own partner (two of them are misprinted there), then pairs. */
const WEAK = ['0101 0101 0101 0101', '1F1F 1F1F 0E0E 0E0E', 'E0E0 E0E0 F1F1 F1F1', 'FEFE FEFE FEFE FEFE'].map(octets);
const MISPRINTED = ['1F1F 1F1F E0E0 E0E0', 'E0E0 E0E0 1F1F 1F1F'].map(octets);
const SEMI_WEAK = [
  ['01FE 01FE 01FE 01FE', 'FE01 FE01 FE01 FE01'],
  ['1FE0 1FE0 0EF1 0EF1', 'E01F E01F F10E F10E'],
  ['01E0 01E0 01F1 01F1', 'E001 E001 F101 F101'],
  ['1FFE 1FFE 0EFE 0EFE', 'FE1F FE1F FE0E FE0E'],
  ['011F 011F 010E 010E', '1F01 1F01 0E01 0E01'],
  ['E0FE E0FE F1FE F1FE', 'FEE0 FEE0 FEF1 FEF1'],
].map((pair) => pair.map(octets));
const ALL = [...WEAK, ...SEMI_WEAK.flat()];

function octets(text: string): Uint8Array {
  return fromHex(text.replaceAll(' ', '').toLowerCase());
}

test('the sixteen keys of RFC 2409 App. A are weak, whatever their parity bits', () => {
  expect(ALL.map((key) => isWeakDesKey(key))).toEqual(Array(16).fill(true));
  expect(ALL.map((key) => isWeakDesKey(key.map((octet) => octet ^ 1)))).toEqual(Array(16).fill(true));
  expect(ALL.map((key) => isWeakDesKey(key.map((octet, i) => (i === 3 ? octet ^ 2 : octet))))).toEqual(
    Array(16).fill(false),
  );
});

test('they are weak: encrypting with the partner undoes encrypting with the key', () => {
  const [block, iv] = [fixedBytes('block', 8), new Uint8Array(8)];
  const twice = (a: Uint8Array, b: Uint8Array): string =>
    toHex(portableProvider.encryptCbc('des', b, iv, portableProvider.encryptCbc('des', a, iv, block)));
  const pairs = [...WEAK.map((key) => [key, key]), ...SEMI_WEAK];
  for (const [a = block, b = block] of pairs) expect(twice(a, b)).toBe(toHex(block));
  for (const key of MISPRINTED) {
    expect(twice(key, key)).not.toBe(toHex(block));
    expect(isWeakDesKey(key)).toBe(false);
  }
});
