import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import { readInProject } from '../project.ts';
import { fixedPrivateValue } from './fixed-values.ts';
import { PROVIDERS } from './providers.ts';
import { refusal } from './refusal.ts';
import { toOctets } from './slow-modp.ts';

const d = fixedPrivateValue('x25519', 1);

/** X25519 writes numbers with the least significant octet first. */
const littleEndian = (value: bigint): Uint8Array => toOctets(value, 32).reverse();
const PRIME = 2n ** 255n - 19n;

describe.each(PROVIDERS)('X25519 of the $name provider', (provider) => {
  test('computes the example of RFC 8031 App. A', () => {
    const given = JSON.parse(readInProject('vectors/rfc/rfc8031-x25519.json')) as Record<string, string>;
    const value = (name: string): Uint8Array => fromHex(given[name] ?? '');
    expect(provider.publicValue('x25519', value('random_i'))).toEqual(value('pub_i'));
    expect(provider.publicValue('x25519', value('random_r'))).toEqual(value('pub_r'));
    expect(provider.agree('x25519', value('random_i'), value('pub_r'))).toEqual(value('shared_secret'));
    expect(provider.agree('x25519', value('random_r'), value('pub_i'))).toEqual(value('shared_secret'));
  });

  test('keeps zero octets at either end of a public value and of a secret', () => {
    expect(provider.publicValue('x25519', fixedPrivateValue('x25519', 50)).at(0)).toBe(0);
    const secret = provider.agree(
      'x25519',
      fixedPrivateValue('x25519', 130),
      provider.publicValue('x25519', fixedPrivateValue('x25519', 0)),
    );
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
    expect(refusal(() => provider.agree('x25519', d, littleEndian(value)))).toEqual({
      code: 'INVALID_KEY_INFORMATION',
      details: { group: 'x25519', reason: 'public value of small order' },
    });
  });

  test('ignores the top bit of a public value (RFC 7748 §5)', () => {
    const peer = provider.publicValue('x25519', fixedPrivateValue('x25519', 2));
    const marked = peer.map((octet, i) => (i === 31 ? octet | 0x80 : octet));
    expect(provider.agree('x25519', d, marked)).toEqual(provider.agree('x25519', d, peer));
  });

  test.each([0, 31, 33])('refuses a public value of %d octets', (length) => {
    expect(refusal(() => provider.agree('x25519', d, new Uint8Array(length).fill(9)))).toEqual({
      code: 'INVALID_KEY_INFORMATION',
      details: { group: 'x25519', reason: 'wrong length', want: 32, have: length },
    });
  });
});

test('two sides always agree, and so do the providers', () => {
  const value = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const provider = fc.constantFrom(...PROVIDERS);
  fc.assert(
    fc.property(provider, provider, value, value, (ours, theirs, a, b) => {
      const secret = ours.agree('x25519', a, theirs.publicValue('x25519', b));
      expect(theirs.agree('x25519', b, ours.publicValue('x25519', a))).toEqual(secret);
    }),
    { numRuns: 60, seed: 7748 },
  );
});

test('the providers agree on the secret with whatever a peer sends', () => {
  const value = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(value, (peer) => {
      const [native, portable] = PROVIDERS.map((provider) => provider.agree('x25519', d, peer));
      expect(portable).toEqual(native);
    }),
    { numRuns: 60, seed: 8031 },
  );
});
