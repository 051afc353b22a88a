import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Assembly, joined } from '../../../src/ike/wire/assembly.ts';
import { frameMessage } from '../../../src/ike/wire/message.ts';
import { EXCHANGE, FLAG, PAYLOAD } from '../../../src/ike/wire/numbers.ts';

interface Piece {
  readonly number: number;
  readonly last: boolean;
  readonly data: Uint8Array;
}

const piece = (number: number, octet: number, last = false): Piece => ({ number, last, data: Uint8Array.of(octet) });

function message(length: number, fill: number): Uint8Array {
  const cookie = new Uint8Array(8).fill(fill);
  const header = { initiatorCookie: cookie, responderCookie: cookie, exchangeType: EXCHANGE.MAIN_MODE, messageId: 0 };
  const body = new Uint8Array(length - 28).fill(fill);
  return frameMessage({ ...header, flags: FLAG.ENCRYPTION, nextPayload: PAYLOAD.ID }, body);
}

function cut(whole: Uint8Array, size: number): Piece[] {
  const count = Math.ceil(whole.length / size);
  return Array.from({ length: count }, (_, i) => ({
    ...{ number: i + 1, last: i + 1 === count },
    data: whole.subarray(i * size, (i + 1) * size),
  }));
}

/** What comes of pieces, in their order. */
function assembled(pieces: readonly Piece[]): Uint8Array[] {
  const assembly = new Assembly<Piece>();
  return pieces.flatMap((one) => {
    assembly.add(one);
    const whole = assembly.take();
    return whole === undefined ? [] : [joined(whole)];
  });
}

const shuffled = <T>(items: readonly T[]): fc.Arbitrary<readonly T[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });

describe('the fragments of a message', () => {
  it('come to it in every order, however often each comes', () => {
    const whole = message(200, 1);
    const pieces = cut(whole, 50);
    fc.assert(
      fc.property(shuffled(pieces), fc.array(fc.nat({ max: 3 }), { maxLength: 8 }), (order, again) => {
        const assembly = new Assembly<Piece>();
        const seen = order.flatMap((one, i) => [one, ...again.filter((at) => at < i).flatMap((at) => order[at] ?? [])]);
        for (const one of seen) assembly.add(one);
        expect(joined(assembly.take() ?? [])).toEqual(whole);
        expect([assembly.size, assembly.octets]).toEqual([4, 200]);
      }),
    );
  });

  it('are not the message as long as one is missing', () => {
    for (const missing of [1, 2, 3, 4]) {
      const pieces = cut(message(200, 1), 50).filter(({ number }) => number !== missing);
      expect(assembled(pieces)).toEqual([]);
    }
  });

  it('are told apart: one more, the same once more, and one of another message', () => {
    const fits = (...pieces: readonly Piece[]): string[] => {
      const assembly = new Assembly<Piece>();
      return pieces.map((one) => assembly.add(one));
    };
    expect(fits(piece(2, 1), piece(1, 1), piece(2, 1))).toEqual(['added', 'added', 'duplicate']);
    expect(fits(piece(1, 1), piece(1, 2))).toEqual(['added', 'restarted']);
    expect(fits(piece(1, 1), piece(1, 1, true))).toEqual(['added', 'restarted']);
    expect(fits(piece(3, 1), piece(2, 1, true))).toEqual(['added', 'restarted']);
    expect(fits(piece(2, 1, true), piece(3, 1))).toEqual(['added', 'restarted']);
    expect(fits(piece(2, 1, true), piece(3, 1, true))).toEqual(['added', 'restarted']);
  });

  it('that come again come to the message again when all of them have', () => {
    const whole = message(200, 1);
    const [one, two, three, four] = cut(whole, 50) as [Piece, Piece, Piece, Piece];
    expect(assembled([one, two, four, three, one, two, three, four])).toEqual([whole, whole]);
    // The second was lost of the first sending: the rest of the second sending begins nothing.
    const assembly = new Assembly<Piece>();
    for (const piece of [one, three, four, one, two]) assembly.add(piece);
    expect([assembly.taken, assembly.take() !== undefined, assembly.taken]).toEqual([false, true, true]);
    expect([three, four].map((piece) => assembly.add(piece))).toEqual(['added', 'added']);
    const next = cut(message(230, 2), 50);
    expect(next.map((piece) => assembly.add(piece))).toEqual(['restarted', 'added', 'added', 'added', 'added']);
    expect(joined(assembly.take() ?? [])).toEqual(message(230, 2));
  });

  it('of another message end the first, of which nothing is left', () => {
    expect(assembled([piece(1, 1), piece(2, 2), piece(2, 3), piece(3, 4, true)])).toEqual([]);
    expect(assembled([piece(1, 1), piece(2, 2), piece(2, 3), piece(1, 5), piece(3, 4, true)])).toEqual([
      Uint8Array.of(5, 3, 4),
    ]);
  });

  it('CVE-2016-10396 and what mended it: one that comes late of a message that is whole does not stop the next one', () => {
    const [first, second] = [cut(message(200, 1), 50), cut(message(230, 2), 50)];
    for (const late of first)
      for (const order of [second, [...second].reverse()])
        for (let at = 0; at < order.length; at++) {
          const pieces = [...first, ...order.slice(0, at), late, ...order.slice(at)];
          // Who sends has no answer, and sends all of it again.
          const messages = assembled([...pieces, ...order, ...order]);
          expect(messages.at(0)).toEqual(message(200, 1));
          expect(messages.at(-1)).toEqual(message(230, 2));
        }
  });

  it('CVE-2016-10396 (racoon): a hundred thousand of them cost no more each than a few', () => {
    const assembly = new Assembly<Piece>();
    const begun = performance.now();
    for (let i = 0; i < 100_000; i++) assembly.add(piece((i % 255) + 1, 1));
    expect(assembly.size).toBe(255);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
