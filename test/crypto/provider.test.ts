import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sameBytes } from '../../src/base/bytes.ts';
import { GROUPS } from '../../src/crypto/groups.ts';
import { fixedPrivateValue, GROUP_NAMES } from './fixed-values.ts';
import { PROVIDERS } from './providers.ts';
import { refusal } from './refusal.ts';

describe.each(PROVIDERS)('the $name provider', (provider) => {
  test.each(GROUP_NAMES)('has public values and secrets of %s of the lengths in the table', (group) => {
    const [a, b] = [fixedPrivateValue(group, 1), fixedPrivateValue(group, 2)];
    const publicValue = provider.publicValue(group, b);
    const secret = provider.agree(group, a, publicValue);
    expect([publicValue.length, secret.length]).toEqual([GROUPS[group].publicBytes, GROUPS[group].secretBytes]);
    expect(secret).toEqual(provider.agree(group, b, provider.publicValue(group, a)));
  });

  test.each(GROUP_NAMES)(
    'refuses an empty private value of %s, which is our own mistake and not the peer’s',
    (group) => {
      const expected = {
        code: 'INVALID_ARGUMENT',
        details: { what: 'private value', group, want: GROUPS[group].privateBytes, have: 0 },
      };
      const peer = provider.publicValue(group, fixedPrivateValue(group, 1));
      expect(refusal(() => provider.publicValue(group, new Uint8Array()))).toEqual(expected);
      expect(refusal(() => provider.agree(group, new Uint8Array(), peer))).toEqual(expected);
    },
  );

  test('gives plain octets in memory of their own, so that they can be kept and cross a thread', () => {
    const [key, iv] = [new Uint8Array(16), new Uint8Array(16)];
    const results = [
      provider.hash('sha256', iv),
      provider.hmac('sha256', key, iv),
      provider.encryptCbc('aes128', key, iv, iv),
      provider.decryptCbc('aes128', key, iv, iv),
      ...GROUP_NAMES.flatMap((group) => {
        const value = provider.publicValue(group, fixedPrivateValue(group, 1));
        return [value, provider.agree(group, fixedPrivateValue(group, 2), value)];
      }),
    ];
    for (const result of results) {
      expect(Object.getPrototypeOf(result)).toBe(Uint8Array.prototype);
      expect(result.buffer.byteLength).toBe(result.length);
    }
  });

  test('tells equal octets from others, whatever the lengths', () => {
    const octets = fc.uint8Array({ maxLength: 3, max: 2 });
    fc.assert(
      fc.property(octets, octets, (a, b) => {
        expect(provider.equal(a, b)).toBe(sameBytes(a, b));
        expect(provider.equal(a, a.slice())).toBe(true);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
