import { expect, test } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import { agreeX25519, publicValueX25519 } from '../../src/crypto/native-x25519.ts';
import { readInProject } from '../project.ts';
import { fixedPrivateValue } from './fixed-values.ts';
import { refusal } from './refusal.ts';
import { toOctets } from './slow-modp.ts';

const d = fixedPrivateValue('x25519', 1);

/** X25519 writes numbers with the least significant octet first. */
const littleEndian = (value: bigint): Uint8Array => toOctets(value, 32).reverse();
const PRIME = 2n ** 255n - 19n;

test('computes the example of RFC 8031 App. A', () => {
  const given = JSON.parse(readInProject('vectors/rfc/rfc8031-x25519.json')) as Record<string, string>;
  const value = (name: string): Uint8Array => fromHex(given[name] ?? '');
  expect(publicValueX25519(value('random_i'))).toEqual(value('pub_i'));
  expect(publicValueX25519(value('random_r'))).toEqual(value('pub_r'));
  expect(agreeX25519(value('random_i'), value('pub_r'))).toEqual(value('shared_secret'));
  expect(agreeX25519(value('random_r'), value('pub_i'))).toEqual(value('shared_secret'));
});

test('keeps zero octets at either end of a public value and of a secret', () => {
  expect(publicValueX25519(fixedPrivateValue('x25519', 50)).at(0)).toBe(0);
  const secret = agreeX25519(fixedPrivateValue('x25519', 130), publicValueX25519(fixedPrivateValue('x25519', 0)));
  expect([secret.length, secret[0]]).toEqual([32, 0]);
});

// The points whose order divides the cofactor, and the same numbers not reduced; each makes the secret zero (RFC 7748 §6.1).
test.each([
  ['0', 0n],
  ['1', 1n],
  ['p-1', PRIME - 1n],
  ['p', PRIME],
  ['p+1', PRIME + 1n],
  ['a point of order 8', 325606250916557431795983626356110631294008115727848805560023387167927233504n],
  ['the other point of order 8', 39382357235489614581723060781553021112529911719440698176882885853963445705823n],
])('refuses %s, which is of small order (RFC 7748 §6.1)', (_, value) => {
  expect(refusal(() => agreeX25519(d, littleEndian(value)))).toEqual({
    code: 'INVALID_KEY_INFORMATION',
    details: { group: 'x25519', reason: 'public value of small order' },
  });
});

test('ignores the top bit of a public value (RFC 7748 §5)', () => {
  const peer = publicValueX25519(fixedPrivateValue('x25519', 2));
  const marked = peer.map((octet, i) => (i === 31 ? octet | 0x80 : octet));
  expect(agreeX25519(d, marked)).toEqual(agreeX25519(d, peer));
});

test.each([0, 31, 33])('refuses a public value of %d octets', (length) => {
  expect(refusal(() => agreeX25519(d, new Uint8Array(length).fill(9)))).toEqual({
    code: 'INVALID_KEY_INFORMATION',
    details: { group: 'x25519', reason: 'wrong length', want: 32, have: length },
  });
});
