import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../../src/base/bytes.ts';
import {
  eachPayload,
  frameMessage,
  MAX_PAYLOADS,
  readMessage,
  viewPayloads,
  writeChain,
  writeMessage,
} from '../../../src/ike/wire/message.ts';
import { PAYLOAD } from '../../../src/ike/wire/numbers.ts';
import * as arbitrary from './arbitraries.ts';
import { readJsonVector, recordedHandshake, recordedMessage } from './recorded.ts';
import { refused } from './refused.ts';

const COOKIES = '0102030405060708 1112131415161718';
const HEADER = {
  initiatorCookie: fromHex('0102030405060708'),
  responderCookie: fromHex('1112131415161718'),
  exchangeType: 5,
  flags: 0,
  messageId: 7,
};

describe('readMessage', () => {
  test('splits a recorded message into header and body', () => {
    const message = readMessage(recordedMessage('cisco-joy/ikev1.pcap', 3));
    expect(message.header.nextPayload).toBe(PAYLOAD.NOTIFICATION);
    expect({ body: toHex(message.body), trailing: message.trailing }).toEqual({
      body: '0000000c000000010100000e',
      trailing: 0,
    });
  });

  test('counts the octets behind Length and finds the second message there', () => {
    const file = readJsonVector('isakmp/rub/misc-messages.json') as { messages: { hex: string }[] };
    const both = fromHex(file.messages[1]?.hex ?? '');
    const first = readMessage(both);
    expect([first.header.length, first.trailing]).toEqual([84, 64]);
    const second = readMessage(both.subarray(84));
    expect([second.header.length, second.trailing, second.header.exchangeType]).toEqual([64, 0, 5]);
  });

  test.each([
    ['a length below the header', 27, 28, 27],
    ['a length of zero', 0, 28, 0],
    ['a length past the datagram', 41, 41, 40],
    ['the greatest length', 0xffffffff, 0xffffffff, 40],
  ])('refuses %s (RFC 2408 §5.1)', (_, length, need, have) => {
    const datagram = concat(fromHex(`${COOKIES} 0b100500 00000007`), u32(length), new Uint8Array(12));
    expect(refused(() => readMessage(datagram))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'Length', need, have },
    });
  });

  test.each([0, 2, 15])('refuses the major version %d, before it looks at the length (RFC 2408 §5.2)', (major) => {
    const datagram = concat(fromHex(`${COOKIES} 0b`), Uint8Array.of(major << 4), fromHex('0500 00000007 ffffffff'));
    expect(refused(() => readMessage(datagram))).toEqual({
      code: 'INVALID_MAJOR_VERSION',
      details: { what: 'Version', major, minor: 0 },
    });
  });

  test('reads a higher minor version and reserved flags', () => {
    const { header } = readMessage(fromHex(`${COOKIES} 0013057e 00000007 0000001c`));
    expect([header.majorVersion, header.minorVersion, header.flags]).toEqual([1, 3, 0x7e]);
  });
});

describe('viewPayloads (RFC 2408 §3.2)', () => {
  test('views payloads of known and unknown type, keeps RESERVED, and leaves the padding of a cipher as the rest', () => {
    const chain = fromHex('4d000006 abcd 00ff0005 01 00000000');
    expect(viewPayloads(PAYLOAD.NONCE, chain)).toEqual({
      payloads: [
        { type: PAYLOAD.NONCE, body: fromHex('abcd'), reserved: 0 },
        { type: 0x4d, body: fromHex('01'), reserved: 0xff },
      ],
      rest: fromHex('00000000'),
    });
  });

  test('views the payloads of a decrypted Quick Mode in front of its padding', () => {
    const [, , first = new Uint8Array()] = recordedHandshake().plaintexts;
    const { payloads, rest } = viewPayloads(PAYLOAD.HASH, first);
    expect(payloads.map(({ type, body }) => [type, body.length])).toEqual([
      [8, 20],
      [1, 48],
      [10, 8],
      [5, 12],
      [5, 12],
    ]);
    expect(rest).toEqual(new Uint8Array(8));
  });

  test('views no payloads where the header announces none', () => {
    expect(viewPayloads(PAYLOAD.NONE, fromHex('0102'))).toEqual({ payloads: [], rest: fromHex('0102') });
  });

  test.each([0, 1, 2, 3])('refuses a payload length of %d, which would go nowhere or backwards', (length) => {
    expect(refused(() => viewPayloads(PAYLOAD.DELETE, Uint8Array.of(12, 0, 0, length, 0, 0, 0, 0)))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'DELETE Payload Length', need: 4, have: length },
    });
  });

  test('refuses a payload that is longer than what is left', () => {
    expect(refused(() => viewPayloads(77, fromHex('0000ffff 01')))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'PAYLOAD(77) body', need: 0xfffb, have: 1 },
    });
  });

  test('refuses a last payload that announces another', () => {
    expect(refused(() => viewPayloads(PAYLOAD.HASH, fromHex('0a000004')))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'NONCE Next Payload', need: 1, have: 0 },
    });
  });

  test('refuses the sixty-fifth payload', () => {
    const empty = { type: PAYLOAD.VENDOR_ID, body: new Uint8Array() };
    const chain = (count: number) => writeChain(Array.from({ length: count }, () => empty));
    expect(viewPayloads(PAYLOAD.VENDOR_ID, chain(MAX_PAYLOADS)).payloads).toHaveLength(64);
    expect(refused(() => viewPayloads(PAYLOAD.VENDOR_ID, chain(65)))).toEqual({
      code: 'PAYLOAD_MALFORMED',
      details: { what: 'number of payloads', limit: 64 },
    });
  });

  test('gives the good payloads one by one before it refuses the bad one', () => {
    const payloads = eachPayload(PAYLOAD.NONCE, fromHex('0d000005 01 00000003'));
    expect(payloads.next().value).toEqual({ type: PAYLOAD.NONCE, body: fromHex('01'), reserved: 0 });
    expect(refused(() => payloads.next()).details).toEqual({ what: 'VENDOR-ID Payload Length', need: 4, have: 3 });
  });
});

describe('writeMessage and frameMessage', () => {
  test('write the recorded message again from its payloads', () => {
    const recorded = recordedMessage('cisco-joy/ikev1.pcap', 5);
    const { header, body } = readMessage(recorded);
    expect(writeMessage(header, viewPayloads(header.nextPayload, body).payloads)).toEqual(Uint8Array.from(recorded));
  });

  test('write a message without payloads', () => {
    expect(writeMessage(HEADER, [])).toEqual(fromHex(`${COOKIES} 00100500 00000007 0000001c`));
  });

  test('put a header before ciphertext, with the type of the first payload as told', () => {
    const framed = frameMessage({ ...HEADER, flags: 1, nextPayload: PAYLOAD.HASH }, fromHex('aabbccdd'));
    expect(framed).toEqual(fromHex(`${COOKIES} 08100501 00000007 00000020 aabbccdd`));
  });

  test('will not write a payload that its length field cannot say', () => {
    const body = new Uint8Array(0xfffc);
    expect(refused(() => writeChain([{ type: 13, body }]))).toEqual({
      code: 'INVALID_ARGUMENT',
      details: { what: 'Payload Length', have: 0x10000 },
    });
    expect(viewPayloads(13, writeChain([{ type: 13, body: body.subarray(1) }])).payloads[0]?.body).toHaveLength(0xfffb);
  });

  test('whatever chain is written is viewed as it was, with any padding behind it', () => {
    const payload = fc.record({ type: fc.integer({ min: 1, max: 255 }), body: arbitrary.octets(0, 40) });
    fc.assert(
      fc.property(fc.array(payload, { maxLength: MAX_PAYLOADS }), arbitrary.octets(0, 15), (payloads, padding) => {
        const chain = concat(writeChain(payloads), padding);
        expect(viewPayloads(payloads[0]?.type ?? 0, chain)).toEqual({
          payloads: payloads.map((each) => ({ ...each, reserved: 0 })),
          rest: padding,
        });
      }),
      { seed: 2408, numRuns: 200 },
    );
  });
});

const u32 = (value: number): Uint8Array => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
