import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { IkeError } from '../../src/base/errors.ts';
import { firstSequence, rUThere, rUThereAck, readLiveness } from '../../src/dpd/r-u-there.ts';
import { type NotificationPayload, readNotification, writeNotification } from '../../src/ike/wire/notification.ts';

const COOKIES = { initiator: fromHex('c6d1459285150c7e'), responder: fromHex('6e961f01bf179b35') };
const SWAPPED = { initiator: COOKIES.responder, responder: COOKIES.initiator };
const question = rUThere(COOKIES, 0x0102_0304);

function refusal(change: Partial<NotificationPayload>): unknown {
  try {
    return readLiveness({ ...question, ...change }, COOKIES);
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return { code: error.code, details: error.details };
  }
}

describe('R-U-THERE and its ACK (RFC 3706 §5.3)', () => {
  it('are notifications of ISAKMP with both cookies and the sequence number', () => {
    const body = (type: string): string => `00000001 01 10 ${type} c6d1459285150c7e6e961f01bf179b35 01020304`;
    expect(toHex(writeNotification(question))).toBe(toHex(fromHex(body('8d28'))));
    const asked = readLiveness(question, COOKIES);
    expect(toHex(writeNotification(rUThereAck(asked!, COOKIES)))).toBe(toHex(fromHex(body('8d29'))));
  });

  it('are read back, every sequence number of 32 bits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (sequence) => {
        const asked = readLiveness(readNotification(writeNotification(rUThere(COOKIES, sequence))), COOKIES);
        expect(asked).toEqual({ kind: 'question', sequence, cookies: 'match' });
        expect(readLiveness(rUThereAck(asked!, COOKIES), COOKIES)).toEqual({
          kind: 'answer',
          sequence,
          cookies: 'match',
        });
      }),
    );
  });

  it('tell whose cookies they have, and are answered with the right ones all the same (RFC 3706 §6.1)', () => {
    const swapped = readLiveness(rUThere(SWAPPED, 7), COOKIES);
    expect(swapped).toEqual({ kind: 'question', sequence: 7, cookies: 'swapped' });
    expect(rUThereAck(swapped!, COOKIES)).toEqual({ ...rUThere(COOKIES, 7), notifyType: 36_137 });
    expect(readLiveness({ ...question, spi: new Uint8Array(16) }, COOKIES)?.cookies).toBe('other');
  });

  it('are taken with a DOI of 0, which peers write too', () => {
    expect(refusal({ doi: 0 })).toEqual({ kind: 'question', sequence: 0x0102_0304, cookies: 'match' });
  });

  it.each([
    ['another protocol', { protocolId: 3 }, { what: 'R-U-THERE Protocol-ID', protocolId: 3 }],
    ['no SPI', { spi: new Uint8Array(0) }, { what: 'R-U-THERE SPI', need: 16, have: 0 }],
    ['half an SPI', { spi: COOKIES.initiator }, { what: 'R-U-THERE SPI', need: 16, have: 8 }],
    ['no number', { data: new Uint8Array(0) }, { what: 'R-U-THERE sequence number', need: 4, have: 0 }],
    ['a short number', { data: new Uint8Array(3) }, { what: 'R-U-THERE sequence number', need: 4, have: 3 }],
    ['a long number', { data: new Uint8Array(5) }, { what: 'R-U-THERE sequence number', trailing: 1 }],
  ])('are refused with %s', (_, change, details) => {
    expect(refusal(change)).toEqual({ code: 'PAYLOAD_MALFORMED', details });
  });

  it('are not what another notification is', () => {
    expect(refusal({ notifyType: 24_578, spi: new Uint8Array(0) })).toBe(undefined);
  });

  it('are not answered where they are answers', () => {
    expect(() => rUThereAck({ kind: 'answer', sequence: 1, cookies: 'match' }, COOKIES)).toThrow('ACK to an ACK');
  });
});

describe('firstSequence', () => {
  it('is random with the high bit clear (RFC 3706 §6.2)', () => {
    expect(firstSequence({ bytes: () => fromHex('ffffffff') })).toBe(0x7fff_ffff);
    expect(firstSequence({ bytes: () => fromHex('80000002') })).toBe(0x4000_0001);
    expect(firstSequence({ bytes: () => fromHex('00000000') })).toBe(0);
  });
});
