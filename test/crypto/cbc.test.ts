import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { CIPHERS, type CipherName } from '../../src/crypto/ciphers.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { portableProvider } from '../../src/crypto/portable.ts';
import { readInProject } from '../project.ts';
import { PROVIDERS } from './providers.ts';
import { refusal } from './refusal.ts';
import { field, parseRsp, type RspCase } from './rsp.ts';

const CIPHER_NAMES = Object.keys(CIPHERS) as readonly CipherName[];

/** One key, of the known answer tests, is single DES, and the same key three times for 3DES; of the longer tests it is three. */
function keyOf(rsp: RspCase, cipher: CipherName): Uint8Array {
  if (cipher === 'des') return fromHex(rsp.fields.get('KEYs') ?? field(rsp, 'KEY1'));
  return fromHex(
    rsp.fields.get('KEY') ??
      rsp.fields.get('KEYs')?.repeat(3) ??
      field(rsp, 'KEY1') + field(rsp, 'KEY2') + field(rsp, 'KEY3'),
  );
}

const { cases: camellia } = JSON.parse(readInProject('vectors/rfc/rfc3713-camellia.json')) as {
  readonly cases: readonly {
    readonly bits: 128 | 192 | 256;
    readonly key: string;
    readonly plaintext: string;
    readonly ciphertext: string;
  }[];
};

describe.each(PROVIDERS)('CBC of the $name provider', (provider) => {
  test.each<[string, CipherName, number]>([
    ['CBCMMT128', 'aes128', 20],
    ['CBCMMT192', 'aes192', 20],
    ['CBCMMT256', 'aes256', 20],
    ['CBCKeySbox128', 'aes128', 42],
    ['CBCKeySbox192', 'aes192', 48],
    ['CBCKeySbox256', 'aes256', 32],
    ['TCBCsubtab', '3des', 38],
    ['TCBCpermop', '3des', 64],
    ['TCBCMMT2', '3des', 20],
    ['TCBCMMT3', '3des', 20],
    ['TCBCsubtab', 'des', 38],
    ['TCBCpermop', 'des', 64],
    ['TCBCinvperm', 'des', 128],
    ['TCBCvarkey', 'des', 112],
    ['TCBCvartext', 'des', 128],
    ['TCBCMMT1', 'des', 20],
  ])("NIST's %s holds for %s in both directions", (file, cipher, count) => {
    const cases = parseRsp(readInProject(`vectors/nist-cavp/${file}.rsp`));
    expect(cases.length).toBe(count);
    for (const rsp of cases) {
      const [plaintext, ciphertext] = [field(rsp, 'PLAINTEXT'), field(rsp, 'CIPHERTEXT')];
      const [key, iv] = [keyOf(rsp, cipher), fromHex(field(rsp, 'IV'))];
      expect(toHex(provider.encryptCbc(cipher, key, iv, fromHex(plaintext)))).toBe(ciphertext);
      expect(toHex(provider.decryptCbc(cipher, key, iv, fromHex(ciphertext)))).toBe(plaintext);
    }
  });

  test.each(camellia)('RFC 3713 App. A holds for Camellia with $bits bits in both directions', (given) => {
    const cipher = `camellia${given.bits}` as const;
    // The first block of CBC without an IV is the cipher itself.
    const [key, iv] = [fromHex(given.key), new Uint8Array(16)];
    expect(toHex(provider.encryptCbc(cipher, key, iv, fromHex(given.plaintext)))).toBe(given.ciphertext);
    expect(toHex(provider.decryptCbc(cipher, key, iv, fromHex(given.ciphertext)))).toBe(given.plaintext);
  });

  test.each(CIPHER_NAMES)('%s refuses half a block, a wrong key and a wrong IV in either direction', (cipher) => {
    const { keyBytes, blockBytes } = CIPHERS[cipher];
    const [key, iv, data] = [new Uint8Array(keyBytes), new Uint8Array(blockBytes), new Uint8Array(blockBytes)];
    for (const direction of ['encryptCbc', 'decryptCbc'] as const) {
      const run = (...given: Parameters<typeof provider.encryptCbc>) => provider[direction](...given);
      expect(refusal(() => run(cipher, key, iv, data.slice(1)))).toEqual({
        code: 'INVALID_ARGUMENT',
        details: { what: 'whole blocks', cipher, block: blockBytes, have: blockBytes - 1 },
      });
      expect(refusal(() => run(cipher, key.slice(1), iv, data))).toEqual({
        code: 'INVALID_ARGUMENT',
        details: { what: 'key', cipher, want: keyBytes, have: keyBytes - 1 },
      });
      expect(refusal(() => run(cipher, key, iv.slice(1), data))).toEqual({
        code: 'INVALID_ARGUMENT',
        details: { what: 'IV', cipher, want: blockBytes, have: blockBytes - 1 },
      });
    }
  });
});

test('the providers encrypt alike, and each gives back what the other took, for any number of blocks', () => {
  const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const given = fc.constantFrom(...CIPHER_NAMES).chain((cipher) => {
    const { keyBytes, blockBytes } = CIPHERS[cipher];
    const plaintext = fc.integer({ min: 0, max: 20 }).chain((blocks) => octets(blocks * blockBytes));
    return fc.record({ cipher: fc.constant(cipher), key: octets(keyBytes), iv: octets(blockBytes), plaintext });
  });
  fc.assert(
    fc.property(given, ({ cipher, key, iv, plaintext }) => {
      const ciphertext = portableProvider.encryptCbc(cipher, key, iv, plaintext);
      expect(ciphertext).toEqual(nativeProvider.encryptCbc(cipher, key, iv, plaintext));
      expect(portableProvider.decryptCbc(cipher, key, iv, ciphertext)).toEqual(plaintext);
      expect(nativeProvider.decryptCbc(cipher, key, iv, ciphertext)).toEqual(plaintext);
    }),
    { numRuns: 300, seed: 2405 },
  );
});
