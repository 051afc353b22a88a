import { describe, expect, it } from 'vitest';
import { concat } from '../../../src/base/bytes.ts';
import { inFragments } from '../../../src/ike/wire/fragmenting.ts';
import { frameMessage, readMessage, viewPayloads } from '../../../src/ike/wire/message.ts';
import { readFragment } from '../../../src/ike/wire/fragment.ts';
import { EXCHANGE, FLAG, PAYLOAD } from '../../../src/ike/wire/numbers.ts';

const cookies = { initiatorCookie: new Uint8Array(8).fill(1), responderCookie: new Uint8Array(8).fill(2) };

/** An encrypted message of so many octets in all. */
function message(length: number, exchangeType: number = EXCHANGE.QUICK_MODE): Uint8Array {
  const body = Uint8Array.from({ length: length - 28 }, (_, i) => i);
  const header = { ...cookies, exchangeType, messageId: 0x1234, flags: FLAG.ENCRYPTION, nextPayload: PAYLOAD.HASH };
  return frameMessage(header, body);
}

/** What stands in a fragment's message. */
function read(bytes: Uint8Array) {
  const { header, body } = readMessage(bytes);
  const { payloads } = viewPayloads(header.nextPayload, body);
  const [only] = payloads;
  if (only === undefined || payloads.length > 1) throw new Error('a fragment stands alone');
  return { header, type: only.type, fragment: readFragment(only.body) };
}

describe('a message in fragments', () => {
  it('is cut into pieces that come to it again, each under a header of phase 1, with message id 0 and in clear', () => {
    const whole = message(200);
    const fragments = inFragments(whole, 100, 7).map(read);
    expect(fragments.map(({ fragment }) => [fragment.fragmentId, fragment.number, fragment.flags])).toEqual([
      [7, 1, 0],
      [7, 2, 0],
      [7, 3, 0],
      [7, 4, 1],
    ]);
    expect(fragments.map(({ header }) => header)).toEqual(
      [64, 64, 64, 8].map((data) => ({
        ...cookies,
        ...{ nextPayload: 132, majorVersion: 1, minorVersion: 0, exchangeType: EXCHANGE.MAIN_MODE, flags: 0 },
        ...{ messageId: 0, length: 36 + data },
      })),
    );
    expect(concat(...fragments.map(({ fragment }) => fragment.data))).toEqual(whole);
  });

  it('keeps the exchange type of Aggressive Mode', () => {
    const [first] = inFragments(message(200, EXCHANGE.AGGRESSIVE), 100, 1);
    expect(first && read(first).header.exchangeType).toBe(EXCHANGE.AGGRESSIVE);
  });

  it('stays whole where it is not too long, to the octet', () => {
    expect(inFragments(message(100), 100, 1)).toEqual([message(100)]);
    expect(inFragments(message(101), 100, 1)).toHaveLength(2);
  });

  it('stays whole where it would be more than 255 fragments, or a fragment had no room', () => {
    expect(inFragments(message(255 * 64), 100, 1)).toHaveLength(255);
    expect(inFragments(message(255 * 64 + 1), 100, 1)).toHaveLength(1);
    expect(inFragments(message(200), 36, 1)).toHaveLength(1);
    expect(inFragments(message(200), 37, 1)).toHaveLength(200);
  });
});
