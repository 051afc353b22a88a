import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex, u32Bytes, utf8Bytes } from '../../src/base/bytes.ts';
import { Secret } from '../../src/base/secret.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import type { DecodedMessage } from '../../src/decode/decoder.ts';
import type { KnownSaKeys } from '../../src/decode/known-keys.ts';
import { phase2Iv } from '../../src/ike/keys/iv.ts';
import { readHeader } from '../../src/ike/wire/header.ts';
import { frameMessage } from '../../src/ike/wire/message.ts';
import { COOKIE, decodeAll, decoderWith, KNOWN, MESSAGES, PLAINTEXTS } from './rub-handshake.ts';

const { psk, gxy, privateValue, skeyidE, encryptionKey } = KNOWN;
const WRONG = new Secret(utf8Bytes('BBBB'));

/** Type and body of each payload. */
const payloads = ({ payloads: found }: DecodedMessage) => found.map(({ view }) => [view.type, toHex(view.body)]);
const hashes = (decoded: readonly DecodedMessage[]) =>
  decoded.map(({ hash }) => (hash === undefined ? undefined : `${hash.kind ?? 'hash'} ${hash.status}`));
const reasons = (decoded: readonly DecodedMessage[]) => [...new Set(decoded.flatMap(({ why }) => why ?? []))];

const CLEAR = [undefined, undefined, undefined, undefined];
const VERIFIED = ['HASH_I', 'HASH_R', 'HASH(1)', 'HASH(2)', 'HASH(3)'].map((kind) => `${kind} verified`);

describe('a recorded Main Mode and Quick Mode', () => {
  test.each<[string, KnownSaKeys]>([
    ['the pre-shared key and g^xy', { psk, gxy }],
    ['the pre-shared key and the private value of a side', { psk, privateValue }],
  ])('is decrypted and verified with %s', (_, known) => {
    const decoded = decodeAll(decoderWith(known));
    expect(decoded.map(({ protection }) => protection)).toEqual([
      ...Array<string>(4).fill('clear'),
      ...Array<string>(5).fill('decrypted'),
    ]);
    expect(decoded.slice(4).map(payloads)).toEqual(PLAINTEXTS);
    expect(hashes(decoded)).toEqual([...CLEAR, ...VERIFIED]);
  });

  test.each<[string, KnownSaKeys]>([
    ['SKEYID_e', { skeyidE }],
    ['the encryption key', { encryptionKey }],
  ])('is decrypted with %s, which verifies nothing', (_, known) => {
    const decoded = decodeAll(decoderWith(known));
    expect(decoded.slice(4).map(payloads)).toEqual(PLAINTEXTS);
    expect(hashes(decoded)).toEqual([...CLEAR, ...Array<string>(5).fill('hash unchecked')]);
  });

  test('is decrypted with the one of several pre-shared keys that fits', () => {
    const decoded = decodeAll(decoderWith({ gxy }, [WRONG, psk, WRONG]));
    expect(hashes(decoded)).toEqual([...CLEAR, ...VERIFIED]);
  });

  test.each<[string, KnownSaKeys]>([
    ['no key is known for this initiator cookie', {}],
    ['a pre-shared key alone does not decrypt: g^xy or a private value is needed too', { psk }],
    ['g^xy alone does not decrypt: the pre-shared key is needed too', { gxy }],
    ['the private value belongs to neither side of this SA', { psk, privateValue: new Secret(Uint8Array.of(2)) }],
    [
      'the private value does not fit: INVALID_ARGUMENT: argument is not valid (what private value, group modp1024, want 24, have 1)',
      { psk, privateValue: new Secret(Uint8Array.of(0)) },
    ],
    ['the encryption key has 3 octets, aes128 needs 16', { encryptionKey: new Secret(new Uint8Array(3)) }],
    ['it does not decrypt: the key is wrong, or a message before it is missing', { psk: WRONG, gxy }],
  ])('stays encrypted, and it is said why: %s', (why, known) => {
    expect(reasons(decodeAll(decoderWith(known)))).toEqual([why]);
  });

  test('stays encrypted where phase 1 is not there from the beginning', () => {
    for (const missing of [1, 2, 3])
      expect(reasons(decodeAll(decoderWith({ psk, gxy }), MESSAGES.slice(missing + 1)))).toEqual([
        'the beginning of its phase 1 is not in the capture',
      ]);
  });

  test('is not decrypted with the keys of another SA', () => {
    const others = MESSAGES.map((message) => concat(fromHex('0102030405060708'), message.subarray(8)));
    expect(reasons(decodeAll(decoderWith({ psk, gxy }), others))).toEqual([
      'no key is known for this initiator cookie',
    ]);
  });
});

describe('the IV chains', () => {
  const decoder = () => decoderWith({ psk, gxy });
  const at = (...places: readonly number[]) => places.map((place) => MESSAGES[place - 1] ?? new Uint8Array());

  test('are not moved by repetitions, early or late', () => {
    const decoded = decodeAll(decoder(), at(1, 1, 2, 3, 3, 2, 4, 5, 5, 6, 5, 7, 6, 8, 7, 8, 9, 5, 9));
    const repeated = [2, 5, 6, 9, 11, 13, 15, 16, 18, 19];
    expect(decoded.flatMap(({ retransmissionOf }, i) => (retransmissionOf === undefined ? [] : [i + 1]))).toEqual(
      repeated,
    );
    expect(decoded[18]?.retransmissionOf).toBe(17);
    const firsts = decoded.filter((_, i) => !repeated.includes(i + 1));
    expect(hashes(firsts)).toEqual([...CLEAR, ...VERIFIED]);
    // What a repetition says is there as well.
    expect(payloads(decoded[18] as DecodedMessage)).toEqual(PLAINTEXTS[4]);
  });

  test('are not moved by octets that do not decrypt, and such a message is told', () => {
    const forged = (message: Uint8Array) => message.map((octet, i) => (i < 28 ? octet : octet ^ 0x55));
    const decoded = decodeAll(
      decoder(),
      at(1, 2, 3, 4, 5, 6, 7, 8, 9).flatMap((message, i) => (i < 4 ? [message] : [forged(message), message])),
    );
    const good = decoded.filter(({ protection }, i) => i < 4 || protection === 'decrypted');
    expect(hashes(good)).toEqual([...CLEAR, ...VERIFIED]);
    expect(reasons(decoded)).toEqual(['it does not decrypt: the key is wrong, or a message before it is missing']);
  });

  test('are picked up where a message came before the one that its IV comes from, and once more after it', () => {
    const decoded = decodeAll(decoder(), at(1, 2, 3, 4, 5, 7, 6, 7, 8, 9));
    expect(hashes(decoded).slice(4)).toEqual([VERIFIED[0], undefined, ...VERIFIED.slice(1)]);
    expect(decoded[7]?.retransmissionOf).toBe(6);
  });

  test.each<[string, readonly number[], readonly (string | undefined)[]]>([
    // Message 6 is unreadable without the last block of 5, and all after it starts from 6.
    ['of Main Mode', [1, 2, 3, 4, 6, 7, 8, 9], [undefined, ...VERIFIED.slice(2)]],
    ['of Quick Mode, the first', [1, 2, 3, 4, 5, 6, 8, 9], [...VERIFIED.slice(0, 2), undefined, 'hash unchecked']],
    ['of Quick Mode, the second', [1, 2, 3, 4, 5, 6, 7, 9], [...VERIFIED.slice(0, 3), undefined]],
  ])('break where a message is missing, and go on behind the next: %s', (_, sent, expected) => {
    const decoded = decodeAll(decoder(), at(...sent));
    expect(hashes(decoded).slice(4)).toEqual(expected);
    expect(reasons(decoded)).toEqual(['it does not decrypt: the key is wrong, or a message before it is missing']);
    expect(decoded.filter(({ protection }) => protection === 'encrypted')).toHaveLength(1);
  });

  test('a message whose octets are no whole blocks is told', () => {
    const [fifth = new Uint8Array()] = at(5);
    const cut = fifth.slice(0, -1);
    cut[27] = (cut[27] ?? 0) - 1;
    expect(reasons(decodeAll(decoder(), [...at(1, 2, 3, 4), cut]))).toEqual([
      'its 47 octets are no whole blocks of 16',
    ]);
  });
});

describe('what others do', () => {
  test('RESERVED of an encrypted payload may have any value, and the hash covers it', () => {
    // HASH(1) of an Informational with a Notification whose RESERVED is 0x55, under the keys of the handshake.
    const messageId = 0x01020304;
    const rest = fromHex('00 55 000c 00000001 01 00 6002');
    const skeyidA = fromHex('108f30c54bf3820059c902e7a5044011467645d8');
    const hash = nativeProvider.hmac('sha1', skeyidA, concat(u32Bytes(messageId), rest));
    const plaintext = concat(fromHex('0b 00 0018'), hash, rest, new Uint8Array(12));
    const sixth = MESSAGES[5] ?? new Uint8Array();
    const iv = phase2Iv(nativeProvider, 'sha1', 'aes128', sixth.slice(-16), messageId);
    const body = nativeProvider.encryptCbc('aes128', encryptionKey.reveal(), iv, plaintext);
    const header = { ...readHeader(sixth), exchangeType: 5, nextPayload: 8, messageId };
    const decoder = decoderWith({ psk, gxy });
    decodeAll(decoder, MESSAGES.slice(0, 6));
    const decoded = decoder.decode(frameMessage(header, body), 7);
    expect(decoded.payloads.map(({ view }) => [view.type, view.reserved])).toEqual([
      [8, 0],
      [11, 0x55],
    ]);
    expect(decoded.hash).toEqual({ kind: 'HASH(1)', status: 'verified' });
  });

  test('a third public value, of somebody who knows the cookies, changes nothing', () => {
    const fourth = (MESSAGES[3] ?? new Uint8Array()).slice();
    fourth[40] = (fourth[40] ?? 0) ^ 1;
    const decoded = decodeAll(decoderWith({ psk, gxy }), [...MESSAGES.slice(0, 4), fourth, ...MESSAGES.slice(4)]);
    expect(hashes(decoded)).toEqual([...CLEAR, undefined, ...VERIFIED]);
  });
});

describe('a wrong hash', () => {
  test('is told with the name of the one that it should be', () => {
    // With another identity in the initiator's place the key is right and HASH_I is not.
    const offer = (MESSAGES[0] ?? new Uint8Array()).slice();
    offer[offer.length - 1] = 0x81;
    const decoded = decodeAll(decoderWith({ psk, gxy }), [offer, ...MESSAGES.slice(1)]);
    expect(hashes(decoded).slice(4, 7)).toEqual(['HASH_I wrong', 'HASH_R wrong', 'HASH(1) verified']);
  });
});

describe('what is no message', () => {
  const decode = (hex: string) => decoderWith({}).decode(fromHex(hex), 1);
  const HEADER = `${COOKIE} 0000000000000000`;

  test('is told, with the header where there is one', () => {
    expect(decode('0102').error?.code).toBe('PAYLOAD_MALFORMED');
    expect(decode('0102').header).toBeUndefined();
    const version2 = decode(`${HEADER} 21 20 22 08 00000000 0000001c`);
    expect([version2.error?.code, version2.header?.exchangeType]).toEqual(['INVALID_MAJOR_VERSION', 34]);
  });

  test('shows the payloads in front of the fault', () => {
    const decoded = decode(`${HEADER} 0a 10 02 00 00000000 0000002c 0b00000c 0102030405060708 00000003`);
    expect(payloads(decoded)).toEqual([[10, '0102030405060708']]);
    expect([decoded.error?.code, toHex(decoded.rest)]).toEqual(['PAYLOAD_MALFORMED', '00000003']);
  });

  test('shows the payloads of a message whose end is missing, and hears nothing of it', () => {
    const decoder = decoderWith({ psk, gxy });
    const cut = MESSAGES.map((message, i) => (i === 2 ? message.subarray(0, -10) : message));
    const decoded = decodeAll(decoder, cut);
    expect(decoded[2]?.error?.details).toMatchObject({ what: 'Length', need: 172, have: 162 });
    expect(payloads(decoded[2] as DecodedMessage).map(([type]) => type)).toEqual([4]);
    expect(reasons(decoded)).toEqual(['the beginning of its phase 1 is not in the capture']);
  });

  test('is encrypted and belongs to no SA without a responder cookie', () => {
    expect(decode(`${HEADER} 05 10 02 01 00000000 0000002c ${'00'.repeat(16)}`).why).toBe(
      'it has no responder cookie, so it belongs to no SA',
    );
  });
});

test('gives a result for any octets in any order, and what is genuine among them is still verified', () => {
  const mutated = fc.tuple(fc.nat(8), fc.nat(400), fc.integer({ min: 1, max: 255 })).map(([place, offset, by]) => {
    const message = (MESSAGES[place] ?? new Uint8Array()).slice();
    // Not the cookies: with others it is a message of another SA.
    const index = 16 + (offset % (message.length - 16));
    message[index] = (message[index] ?? 0) ^ by;
    return message;
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(mutated, fc.uint8Array({ maxLength: 80 })), { maxLength: 20 }), (noise) => {
      const decoder = decoderWith({ psk, gxy });
      for (const each of noise) expect(() => decoder.decode(each, 1)).not.toThrow();
    }),
    { seed: 2409, numRuns: 300 },
  );
});
