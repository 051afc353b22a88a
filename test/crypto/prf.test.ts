import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat } from '../../src/base/bytes.ts';
import { HASHES, type HashName } from '../../src/crypto/hashes.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { prf, prfFeedback } from '../../src/crypto/prf.ts';
import { fixedBytes } from './fixed-values.ts';

const HASH_NAMES = Object.keys(HASHES) as readonly HashName[];
const hmac = (hash: HashName, key: Uint8Array, data: Uint8Array): Uint8Array =>
  new Uint8Array(createHmac(hash, key).update(data).digest());

test.each(HASH_NAMES)('prf is HMAC-%s over its parts behind each other (RFC 2409 §4)', (hash) => {
  const [key, a, b] = [fixedBytes('key', 33), fixedBytes('a', 5), fixedBytes('b', 60)];
  expect(prf(nativeProvider, hash, key, a, b)).toEqual(hmac(hash, key, concat(a, b)));
  expect(prf(nativeProvider, hash, key)).toEqual(hmac(hash, key, new Uint8Array()));
});

test('feedback is the head of K1 | K2 | … for every length (RFC 2409 §5.5)', () => {
  const key = fixedBytes('key', 20);
  const [first, seed] = [fixedBytes('first', 9), fixedBytes('seed', 30)];
  fc.assert(
    fc.property(fc.constantFrom(...HASH_NAMES), fc.nat(200), (hash, length) => {
      let block = hmac(hash, key, first);
      let all = block;
      while (all.length < 300) {
        block = hmac(hash, key, concat(block, seed));
        all = concat(all, block);
      }
      expect(prfFeedback(nativeProvider, hash, key, { first, seed }, length)).toEqual(all.slice(0, length));
    }),
  );
});
