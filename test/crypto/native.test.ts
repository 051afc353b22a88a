import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, sameBytes, toHex, utf8Bytes } from '../../src/base/bytes.ts';
import { CIPHERS, type CipherName } from '../../src/crypto/ciphers.ts';
import { GROUPS } from '../../src/crypto/groups.ts';
import { HASHES, type HashName } from '../../src/crypto/hashes.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { readInProject } from '../project.ts';
import { fixedBytes, fixedPrivateValue, GROUP_NAMES } from './fixed-values.ts';
import { refusal } from './refusal.ts';
import { field, parseRsp, type RspCase } from './rsp.ts';

const CIPHER_NAMES = Object.keys(CIPHERS) as readonly CipherName[];

test.each<[HashName, string]>([
  ['sha1', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ['sha256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['sha384', 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7'],
  [
    'sha512',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  ],
])('%s of "abc" is that of FIPS 180, and as long as the table says', (hash, digest) => {
  const out = nativeProvider.hash(hash, utf8Bytes('abc'));
  expect(toHex(out)).toBe(digest);
  expect(out.length).toBe(HASHES[hash].bytes);
});

describe('HMAC', () => {
  interface HmacVectors {
    readonly cases: readonly (Record<'key' | 'data', string> & Partial<Record<string, string | number | boolean>>)[];
  }
  const read = (path: string): HmacVectors['cases'] => (JSON.parse(readInProject(path)) as HmacVectors).cases;

  test('with SHA-1 computes the cases of RFC 2202', () => {
    const cases = read('vectors/rfc/rfc2202-hmac.json').filter((one) => one['alg'] === 'sha1');
    expect(cases.length).toBe(9);
    for (const one of cases) {
      expect(toHex(nativeProvider.hmac('sha1', fromHex(one.key), fromHex(one.data)))).toBe(one['digest']);
    }
  });

  test.each<HashName>(['sha256', 'sha384', 'sha512'])('with %s computes the cases of RFC 4231', (hash) => {
    const cases = read('vectors/rfc/rfc4231-hmac-sha2.json');
    expect(cases.length).toBe(7);
    for (const one of cases) {
      const digest = one[hash];
      if (typeof digest !== 'string') throw new Error(`no ${hash} in case ${String(one['case'])}`);
      // Case 5 is printed truncated to 128 bits.
      const full = toHex(nativeProvider.hmac(hash, fromHex(one.key), fromHex(one.data)));
      expect(full.slice(0, digest.length)).toBe(digest);
      expect(full.length).toBe(2 * HASHES[hash].bytes);
    }
  });
});

describe('CBC', () => {
  /** One key for single DES, of the known answer tests, is the same key three times for 3DES; of the longer tests it is three. */
  const keyOf = (rsp: RspCase): Uint8Array =>
    fromHex(
      rsp.fields.get('KEY') ??
        rsp.fields.get('KEYs')?.repeat(3) ??
        field(rsp, 'KEY1') + field(rsp, 'KEY2') + field(rsp, 'KEY3'),
    );

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
  ])("NIST's %s holds for %s in both directions", (file, cipher, count) => {
    const cases = parseRsp(readInProject(`vectors/nist-cavp/${file}.rsp`));
    expect(cases.length).toBe(count);
    for (const rsp of cases) {
      const [plaintext, ciphertext] = [field(rsp, 'PLAINTEXT'), field(rsp, 'CIPHERTEXT')];
      const iv = fromHex(field(rsp, 'IV'));
      expect(toHex(nativeProvider.encryptCbc(cipher, keyOf(rsp), iv, fromHex(plaintext)))).toBe(ciphertext);
      expect(toHex(nativeProvider.decryptCbc(cipher, keyOf(rsp), iv, fromHex(ciphertext)))).toBe(plaintext);
    }
  });

  test.each(CIPHER_NAMES)('%s gives back what it took, for any number of blocks', (cipher) => {
    const { keyBytes, blockBytes } = CIPHERS[cipher];
    const [key, iv] = [fixedBytes(`${cipher} key`, keyBytes), fixedBytes(`${cipher} IV`, blockBytes)];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.infiniteStream(fc.nat(255)), (blocks, octets) => {
        const plaintext = Uint8Array.from(octets.take(blocks * blockBytes));
        const ciphertext = nativeProvider.encryptCbc(cipher, key, iv, plaintext);
        expect(ciphertext.length).toBe(plaintext.length);
        expect(nativeProvider.decryptCbc(cipher, key, iv, ciphertext)).toEqual(plaintext);
      }),
      { numRuns: 50 },
    );
  });

  test.each(CIPHER_NAMES)('%s refuses half a block, a wrong key and a wrong IV in either direction', (cipher) => {
    const { keyBytes, blockBytes } = CIPHERS[cipher];
    const [key, iv, data] = [new Uint8Array(keyBytes), new Uint8Array(blockBytes), new Uint8Array(blockBytes)];
    for (const direction of ['encryptCbc', 'decryptCbc'] as const) {
      const run = (...given: Parameters<typeof nativeProvider.encryptCbc>) => nativeProvider[direction](...given);
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

describe.each(GROUP_NAMES)('%s', (group) => {
  test('has public values and secrets of the lengths in the table', () => {
    const [a, b] = [fixedPrivateValue(group, 1), fixedPrivateValue(group, 2)];
    const publicValue = nativeProvider.publicValue(group, b);
    const secret = nativeProvider.agree(group, a, publicValue);
    expect([publicValue.length, secret.length]).toEqual([GROUPS[group].publicBytes, GROUPS[group].secretBytes]);
    expect(secret).toEqual(nativeProvider.agree(group, b, nativeProvider.publicValue(group, a)));
  });

  test('refuses an empty private value, which is our own mistake and not the peer’s', () => {
    const expected = {
      code: 'INVALID_ARGUMENT',
      details: { what: 'private value', group, want: GROUPS[group].privateBytes, have: 0 },
    };
    const peer = nativeProvider.publicValue(group, fixedPrivateValue(group, 1));
    expect(refusal(() => nativeProvider.publicValue(group, new Uint8Array()))).toEqual(expected);
    expect(refusal(() => nativeProvider.agree(group, new Uint8Array(), peer))).toEqual(expected);
  });
});

test('results are plain octets in memory of their own, so that they can be kept and cross a thread', () => {
  const [key, iv] = [new Uint8Array(16), new Uint8Array(16)];
  const results = [
    nativeProvider.hash('sha256', iv),
    nativeProvider.hmac('sha256', key, iv),
    nativeProvider.encryptCbc('aes128', key, iv, iv),
    nativeProvider.decryptCbc('aes128', key, iv, iv),
    ...GROUP_NAMES.flatMap((group) => {
      const value = nativeProvider.publicValue(group, fixedPrivateValue(group, 1));
      return [value, nativeProvider.agree(group, fixedPrivateValue(group, 2), value)];
    }),
  ];
  for (const result of results) {
    expect(Object.getPrototypeOf(result)).toBe(Uint8Array.prototype);
    expect(result.buffer.byteLength).toBe(result.length);
  }
});

test('equal tells equal octets from others, whatever the lengths', () => {
  const octets = fc.uint8Array({ maxLength: 3, max: 2 });
  fc.assert(
    fc.property(octets, octets, (a, b) => {
      expect(nativeProvider.equal(a, b)).toBe(sameBytes(a, b));
      expect(nativeProvider.equal(a, a.slice())).toBe(true);
    }),
    { numRuns: 500 },
  );
});
