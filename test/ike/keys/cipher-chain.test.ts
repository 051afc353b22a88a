import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, toHex } from '../../../src/base/bytes.ts';
import { Secret } from '../../../src/base/secret.ts';
import { CIPHERS } from '../../../src/crypto/ciphers.ts';
import { nativeProvider } from '../../../src/crypto/native.ts';
import { CipherChain } from '../../../src/ike/keys/cipher-chain.ts';
import { fixedBytes } from '../../crypto/fixed-values.ts';
import { refusal } from '../../crypto/refusal.ts';
import { SlowIvChain } from './slow-keys.ts';

describe.each(['aes256', '3des'] as const)('%s', (cipher) => {
  const { keyBytes, blockBytes } = CIPHERS[cipher];
  const key = fixedBytes(`${cipher} key`, keyBytes);
  const iv = fixedBytes(`${cipher} IV`, blockBytes);
  const start = (): CipherChain => new CipherChain({ provider: nativeProvider, cipher, key: new Secret(key), iv });
  const messages = fc.array(fc.uint8Array({ minLength: 1, maxLength: 70 }), { maxLength: 6 });

  test('encrypts a run of messages like CBC block by block (RFC 2409 App. B)', () => {
    fc.assert(
      fc.property(messages, (plaintexts) => {
        const slow = new SlowIvChain(cipher, key, iv);
        let chain = start();
        for (const plaintext of plaintexts) {
          const { ciphertext, next } = chain.encrypt(plaintext);
          expect(toHex(ciphertext)).toBe(slow.encrypt(plaintext));
          chain = next;
        }
      }),
    );
  });

  test('two ends that take turns on one chain understand each other', () => {
    fc.assert(
      fc.property(messages, (plaintexts) => {
        let [sender, receiver] = [start(), start()];
        for (const plaintext of plaintexts) {
          const sent = sender.encrypt(plaintext);
          const received = receiver.decrypt(sent.ciphertext);
          expect(received.plaintext.slice(0, plaintext.length)).toEqual(plaintext);
          expect(received.next.iv).toEqual(sent.next.iv);
          [sender, receiver] = [received.next, sent.next];
        }
      }),
    );
  });

  test('pads with zero octets to the block', () => {
    const { ciphertext } = start().encrypt(fixedBytes('text', blockBytes + 1));
    const expected = concat(fixedBytes('text', blockBytes + 1), new Uint8Array(blockBytes - 1));
    expect(start().decrypt(ciphertext).plaintext).toEqual(expected);
  });

  test('adds nothing to a message that fills its blocks', () => {
    const { ciphertext } = start().encrypt(fixedBytes('text', 2 * blockBytes));
    expect(ciphertext.length).toBe(2 * blockBytes);
    expect(start().decrypt(ciphertext).plaintext).toEqual(fixedBytes('text', 2 * blockBytes));
  });

  test('gives back any padding as it came, for the payloads’ lengths to cut off', () => {
    const padded = fixedBytes('payloads and random padding', 2 * blockBytes);
    const ciphertext = nativeProvider.encryptCbc(cipher, key, iv, padded);
    expect(start().decrypt(ciphertext).plaintext).toEqual(padded);
  });

  test('the next IV is the last block of ciphertext, in either direction', () => {
    const sent = start().encrypt(fixedBytes('text', 3 * blockBytes));
    expect(sent.next.iv).toEqual(sent.ciphertext.slice(2 * blockBytes));
    expect(start().decrypt(sent.ciphertext).next.iv).toEqual(sent.ciphertext.slice(2 * blockBytes));
  });

  test('moves only where the caller keeps `next`: garbage and retransmissions leave it', () => {
    const chain = start();
    const first = chain.encrypt(fixedBytes('message', blockBytes));
    chain.decrypt(fixedBytes('garbage', 4 * blockBytes));
    chain.encrypt(fixedBytes('thrown away', blockBytes));
    expect(chain.iv).toEqual(iv);
    expect(chain.encrypt(fixedBytes('message', blockBytes)).ciphertext).toEqual(first.ciphertext);
  });

  test('keeps its IV when the datagram’s buffer is used again', () => {
    const datagram = start().encrypt(fixedBytes('text', 2 * blockBytes)).ciphertext;
    const { next } = start().decrypt(datagram);
    const before = next.iv.slice();
    datagram.fill(0);
    expect(next.iv).toEqual(before);
  });

  test.each([0, 1, blockBytes - 1, blockBytes + 1, 3 * blockBytes - 1])('refuses %d octets of ciphertext', (have) => {
    expect(refusal(() => start().decrypt(new Uint8Array(have)))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'encrypted body', block: blockBytes, have },
    });
  });
});
