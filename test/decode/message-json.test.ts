import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { utf8Bytes } from '../../src/base/bytes.ts';
import { main } from '../../src/cli/main.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { Decoder } from '../../src/decode/decoder.ts';
import { NO_KEYS } from '../../src/decode/known-keys.ts';
import { messageJson } from '../../src/decode/message-json.ts';
import { writeMessage } from '../../src/ike/wire/message.ts';
import { payload } from '../../src/ike/wire/payload.ts';
import { FakeTerminal } from '../cli/fake-terminal.ts';
import { inProject } from '../project.ts';
import { asWritten, messageSchema } from './json-schema.ts';
import { handshakeCapture } from './rub-handshake.ts';
import { readVector } from '../ike/wire/recorded.ts';

const CAPTURES = readdirSync(inProject('vectors'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.pcap(ng)?$/.test(path))
  .sort();

async function json(args: readonly string[]): Promise<readonly unknown[]> {
  const terminal = new FakeTerminal();
  expect(await main(['decode', '--json', ...args], terminal)).toBe(0);
  return terminal.output.map((line) => JSON.parse(line) as unknown);
}

describe('each line is what docs/decode.schema.json says', () => {
  test.each(CAPTURES)('%s', async (path) => {
    for (const message of await json([inProject(`vectors/${path}`)]))
      expect(asWritten(messageSchema.parse(message))).toEqual(message);
  });
});

test('the recorded handshake as a capture is what vectors/isakmp/rub/handshake.pcap holds', () => {
  expect(readVector('isakmp/rub/handshake.pcap')).toEqual(handshakeCapture());
});

test('a password of XAUTH is not shown, though it could be read', () => {
  const attribute = (type: number, text: string) => ({ type, format: 'tlv', value: utf8Bytes(text) }) as const;
  const attributes = [attribute(16_521, 'mpa'), attribute(16_522, 'hunter2'), attribute(16_522, '')];
  const header = { initiatorCookie: new Uint8Array(8), responderCookie: new Uint8Array(8), exchangeType: 6, flags: 0 };
  const message = writeMessage({ ...header, messageId: 1 }, [
    payload('configuration', { cfgType: 2, identifier: 0, attributes }),
  ]);
  const end = { address: requireIpAddress('192.0.2.1'), port: 500 };
  const datagram = { frame: 1, time: 0, source: end, destination: end, payload: message, complete: true };
  const json = messageJson(datagram, '', new Decoder(nativeProvider, NO_KEYS).decode(message, 1));
  expect(json.payloads[0]?.value?.['attributes']).toEqual([
    { type: 16_521, name: 'XAUTH-USER-NAME', format: 'tlv', value: '6d7061', text: 'mpa' },
    { type: 16_522, name: 'XAUTH-USER-PASSWORD', format: 'tlv', value: null, text: '[secret]' },
    { type: 16_522, name: 'XAUTH-USER-PASSWORD', format: 'tlv', value: '', text: '' },
  ]);
});

test('a decrypted message has everything that was in it', async () => {
  const rub = inProject('vectors/isakmp/rub/handshake');
  const messages = await json([`${rub}.pcap`, '--keys', `${rub}.keys.yaml`]);
  for (const message of messages) messageSchema.parse(message);
  expect(messages[7]).toEqual({
    number: 8,
    time: '1970-01-01T00:00:07.000500Z',
    source: { address: '10.0.3.10', port: 500 },
    destination: { address: '10.0.3.1', port: 500 },
    initiatorCookie: '59cedc5dcea558fe',
    responderCookie: '9e16984236445257',
    version: '1.0',
    exchange: 'QUICK-MODE',
    exchangeType: 32,
    messageId: '259cf133',
    flags: ['ENCRYPTION'],
    nextPayload: 8,
    length: 172,
    encryption: { status: 'decrypted', reason: null },
    hash: { status: 'verified', kind: 'HASH(2)' },
    payloads: [
      {
        ...{ name: 'hash', type: 8, length: 24 },
        value: { data: '048c08e48f9e96220cb6aa8cf56efed68d1cc108' },
        ...{ body: null, error: null },
      },
      {
        ...{ name: 'sa', type: 1, length: 52 },
        value: {
          doi: 1,
          situation: 1,
          proposals: [
            {
              ...{ number: 0, protocolId: 3, protocol: 'ESP', spi: 'c6bf8b4d' },
              transforms: [
                {
                  ...{ number: 1, transformId: 12, transform: 'AES-CBC' },
                  attributes: [
                    { type: 6, name: 'KEY-LENGTH', format: 'tv', value: '0080', text: '128' },
                    { type: 5, name: 'AUTHENTICATION-ALGORITHM', format: 'tv', value: '0002', text: 'HMAC-SHA' },
                    { type: 4, name: 'ENCAPSULATION-MODE', format: 'tv', value: '0001', text: 'TUNNEL' },
                    { type: 1, name: 'LIFE-TYPE', format: 'tv', value: '0001', text: 'SECONDS' },
                    { type: 2, name: 'LIFE-DURATION', format: 'tv', value: '0e10', text: '3600' },
                  ],
                },
              ],
            },
          ],
        },
        ...{ body: null, error: null },
      },
      {
        ...{ name: 'nonce', type: 10, length: 36 },
        value: { data: 'f7f30d166c81bbaec75d2d24cb08ffbdd99ae2c530699ca607f701af00fb69a4' },
        ...{ body: null, error: null },
      },
      {
        ...{ name: 'identification', type: 5, length: 12 },
        value: { idType: 1, id: 'IPV4-ADDR', protocolId: 0, port: 0, data: '0a000301', text: '10.0.3.1' },
        ...{ body: null, error: null },
      },
      {
        ...{ name: 'identification', type: 5, length: 16 },
        value: {
          ...{ idType: 4, id: 'IPV4-ADDR-SUBNET', protocolId: 0, port: 0, data: '0a010000ffffff00' },
          text: '10.1.0.0/255.255.255.0',
        },
        ...{ body: null, error: null },
      },
    ],
    padding: 4,
    trailing: 0,
    fragments: null,
    retransmissionOf: null,
    complete: true,
    error: null,
  });
});
