import { describe, expect, test } from 'vitest';
import { utf8Bytes } from '../../src/base/bytes.ts';
import { IkeError } from '../../src/base/errors.ts';
import { Secret } from '../../src/base/secret.ts';
import { captured } from '../../src/capture/udp.ts';
import { parseKeyFile } from '../../src/config/key-file.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { type DecodedMessage, Decoder } from '../../src/decode/decoder.ts';
import type { KnownKeys } from '../../src/decode/known-keys.ts';
import { exchangeName } from '../../src/ike/wire/numbers.ts';
import { ikeOf, readVector } from '../ike/wire/recorded.ts';
import { readInProject } from '../project.ts';

/** The messages of a capture of two charons, those that came in fragments whole and behind them. */
function decoded(name: string, known = keysOf(name)): readonly DecodedMessage[] {
  const decoder = new Decoder(nativeProvider, known);
  return captured(readVector(`isakmp/charon/${name}.pcap`)).flatMap((datagram) => {
    const message = ikeOf(datagram);
    if (message === undefined) return [];
    const found = decoder.decode(message, datagram.frame, datagram.source.address);
    return found.whole === undefined ? [found] : [found, found.whole];
  });
}

const keysOf = (name: string): KnownKeys =>
  parseKeyFile(readInProject(`vectors/isakmp/charon/${name}.keys.yaml`), {}).keys;

function line({ header, hash, payloads }: DecodedMessage): string {
  const names = payloads.map(({ payload }) => (IkeError.is(payload) ? 'refused' : payload.name)).join(' ');
  const verdict = hash === undefined ? '' : ` ${hash.kind ?? 'hash'} ${hash.status}`;
  return `${exchangeName(header?.exchangeType ?? 0)}${verdict}: ${names}`.replace(/(?: vendor-id)+/, '');
}

const QUICK_MODE = [
  'QUICK-MODE HASH(1) verified: hash sa nonce key-exchange identification identification',
  'QUICK-MODE HASH(2) verified: hash sa nonce key-exchange identification identification',
  'QUICK-MODE HASH(3) verified: hash',
];
const DPD = 'INFORMATIONAL HASH(1) verified: hash notification';
/** Of the renewed SA, its successor, and the ISAKMP SA. */
const DELETES = Array<string>(3).fill('INFORMATIONAL HASH(1) verified: hash delete');

describe('Aggressive Mode with a pre-shared key', () => {
  test('is decrypted and verified with g^xy, through a renewal, R-U-THEREs and Deletes', () => {
    const lines = decoded('aggressive-psk').map(line);
    expect(lines.filter((each) => each !== DPD)).toEqual([
      'AGGRESSIVE: sa key-exchange nonce identification',
      'AGGRESSIVE HASH_R verified: sa key-exchange nonce identification nat-d nat-d hash',
      'AGGRESSIVE HASH_I verified: hash nat-d nat-d',
      ...QUICK_MODE,
      ...QUICK_MODE,
      ...DELETES,
    ]);
    expect(lines.filter((each) => each === DPD)).toHaveLength(24);
  });

  test.each([
    ['verified', 'an aggressive secret'],
    ['wrong', 'a guess'],
  ])('gives HASH_R away to whoever guesses the key: %s', (status, guess) => {
    const [, second, third] = decoded('aggressive-psk', { psks: [new Secret(utf8Bytes(guess))], sas: new Map() });
    expect(second?.hash).toEqual({ kind: 'HASH_R', status });
    expect(third?.why).toBe('a pre-shared key alone does not decrypt: g^xy or a private value is needed too');
  });
});

describe('fragments of IKE', () => {
  const messages = decoded('main-mode-fragments');

  test('are joined, in clear and encrypted, and what they make is decoded', () => {
    expect(messages.map(line).filter((each) => each !== DPD && each !== 'MAIN-MODE: fragment')).toEqual([
      'MAIN-MODE: sa',
      'MAIN-MODE: sa',
      'MAIN-MODE: key-exchange nonce nat-d nat-d',
      'MAIN-MODE: key-exchange nonce nat-d nat-d',
      'MAIN-MODE HASH_I verified: identification hash notification',
      'MAIN-MODE HASH_R verified: identification hash',
      ...QUICK_MODE,
      ...QUICK_MODE,
      ...DELETES,
    ]);
  });

  test('are named by the message that they make', () => {
    expect(messages.flatMap(({ fragments }) => (fragments === undefined ? [] : [fragments]))).toEqual([
      [3, 4],
      [5, 6],
      [9, 10],
      [11, 12],
      [26, 27],
      [28, 29],
    ]);
  });
});
