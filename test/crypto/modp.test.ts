import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex } from '../../src/base/bytes.ts';
import { GROUPS } from '../../src/crypto/groups.ts';
import { fixedPrivateValue } from './fixed-values.ts';
import { PROVIDERS } from './providers.ts';
import { refusal } from './refusal.ts';
import { MODP_NAMES, powMod, rfcPrime, toNumber, toOctets } from './slow-modp.ts';

/** Numbers of fixed private values: the first gives a public value with a leading zero octet, the second such a secret with value 0's. */
const LEADING_ZERO = {
  modp768: { publicValue: 164, secret: 124 },
  modp1024: { publicValue: 170, secret: 44 },
  modp1536: { publicValue: 103, secret: 100 },
  modp2048: { publicValue: 462, secret: 659 },
  modp3072: { publicValue: 186, secret: 632 },
  modp4096: { publicValue: 148, secret: 807 },
  modp6144: { publicValue: 4, secret: 607 },
  modp8192: { publicValue: 129, secret: 149 },
} as const;

const BOTH = PROVIDERS.flatMap((provider) => MODP_NAMES.map((group) => ({ provider, group })));

describe.each(BOTH)('$group of the $provider.name provider', ({ provider, group }) => {
  const prime = rfcPrime(group);
  const { publicBytes, secretBytes } = GROUPS[group];
  const x = fixedPrivateValue(group, 1);

  test('gives 2^x modulo the prime of RFC 2409 §6 or RFC 3526', () => {
    expect(provider.publicValue(group, x)).toEqual(toOctets(powMod(2n, toNumber(x), prime), publicBytes));
  });

  test('agrees on y^x modulo the prime, from both sides', () => {
    const y = fixedPrivateValue(group, 2);
    const expected = toOctets(powMod(powMod(2n, toNumber(y), prime), toNumber(x), prime), secretBytes);
    expect(provider.agree(group, x, provider.publicValue(group, y))).toEqual(expected);
    expect(provider.agree(group, y, provider.publicValue(group, x))).toEqual(expected);
  });

  test('pads a public value that is shorter than the prime on the left (RFC 2409 §5)', () => {
    const value = provider.publicValue(group, fixedPrivateValue(group, LEADING_ZERO[group].publicValue));
    expect([value.length, value[0]]).toEqual([publicBytes, 0]);
  });

  test('pads a shared secret that is shorter than the prime on the left (RFC 2409 §5)', () => {
    const peer = provider.publicValue(group, fixedPrivateValue(group, 0));
    const secret = provider.agree(group, fixedPrivateValue(group, LEADING_ZERO[group].secret), peer);
    expect([secret.length, secret[0]]).toEqual([secretBytes, 0]);
  });

  test('takes a public value whose leading zeros were stripped as the same number', () => {
    const padded = provider.publicValue(group, fixedPrivateValue(group, LEADING_ZERO[group].publicValue));
    expect(provider.agree(group, x, padded.slice(1))).toEqual(provider.agree(group, x, padded));
  });

  test.each([
    ['nothing', 0n, 0, 'public value is 0 or 1'],
    ['0', 0n, publicBytes, 'public value is 0 or 1'],
    ['1', 1n, publicBytes, 'public value is 0 or 1'],
    ['1 in one octet', 1n, 1, 'public value is 0 or 1'],
    ['p-1', prime - 1n, publicBytes, 'public value is p-1 or more'],
    ['p', prime, publicBytes, 'public value is p-1 or more'],
    ['p+1', prime + 1n, publicBytes, 'public value is p-1 or more'],
    ['all ones', (1n << BigInt(8 * publicBytes)) - 1n, publicBytes, 'public value is p-1 or more'],
  ])('refuses a public value of %s (RFC 6989 §2.1)', (_, value, length, reason) => {
    const peer = length === 0 ? new Uint8Array() : toOctets(value, length);
    expect(refusal(() => provider.agree(group, x, peer))).toEqual({
      code: 'INVALID_KEY_INFORMATION',
      details: { group, reason },
    });
  });

  test('takes 2, the smallest public value, and gives our own public value for it', () => {
    expect(provider.agree(group, x, Uint8Array.of(2))).toEqual(provider.publicValue(group, x));
  });

  test('refuses a public value longer than the prime, even with a leading zero', () => {
    const peer = concat(Uint8Array.of(0), provider.publicValue(group, x));
    expect(refusal(() => provider.agree(group, x, peer))).toEqual({
      code: 'INVALID_KEY_INFORMATION',
      details: { group, reason: 'longer than the prime', want: publicBytes, have: publicBytes + 1 },
    });
  });

  test('keeps nothing of one private value for the next call', () => {
    const once = provider.publicValue(group, x);
    provider.publicValue(group, fixedPrivateValue(group, 3));
    refusal(() => provider.agree(group, fixedPrivateValue(group, 3), Uint8Array.of(1)));
    expect(provider.publicValue(group, x)).toEqual(once);
  });
});

describe.each(PROVIDERS)('MODP of the $name provider', (provider) => {
  test('has no generator but 2: x = 1 gives it, padded', () => {
    expect(provider.publicValue('modp1024', Uint8Array.of(1))).toEqual(concat(new Uint8Array(127), fromHex('02')));
  });

  test('whatever the peer sends, it is a secret of the right length or INVALID_KEY_INFORMATION', () => {
    const x = fixedPrivateValue('modp768', 1);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 108 }), (peer) => {
        try {
          expect(provider.agree('modp768', x, peer).length).toBe(96);
        } catch (error) {
          expect(error).toMatchObject({ name: 'IkeError', code: 'INVALID_KEY_INFORMATION' });
        }
      }),
      { numRuns: 300, seed: 6989 },
    );
  });
});

test('two sides always agree, on exactly the length of the group, and so do the providers', () => {
  const value = fc.uint8Array({ minLength: 24, maxLength: 24 }).filter((octets) => toNumber(octets) > 0n);
  const provider = fc.constantFrom(...PROVIDERS);
  fc.assert(
    fc.property(
      fc.constantFrom(...MODP_NAMES.slice(0, 4)),
      provider,
      provider,
      value,
      value,
      (group, ours, theirs, a, b) => {
        const [gxi, gxr] = [ours.publicValue(group, a), theirs.publicValue(group, b)];
        const gxy = ours.agree(group, a, gxr);
        expect([gxi.length, gxr.length, gxy.length]).toEqual(Array(3).fill(GROUPS[group].publicBytes));
        expect(theirs.agree(group, b, gxi)).toEqual(gxy);
      },
    ),
    { numRuns: 100, seed: 3526 },
  );
});
