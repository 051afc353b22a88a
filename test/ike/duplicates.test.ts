import { describe, expect, it } from 'vitest';
import { nativeProvider } from '../../src/crypto/native.ts';
import { Duplicates } from '../../src/ike/duplicates.ts';

const message = (octet: number): Uint8Array => new Uint8Array(40).fill(octet);

describe('messages that came before (RFC 2408 §5.1)', () => {
  it('are known by their octets, and have no answer until one was sent', () => {
    const duplicates = new Duplicates(nativeProvider);
    expect(duplicates.find(message(1))).toEqual({ known: false });
    duplicates.remember(message(1));
    expect(duplicates.find(message(1))).toEqual({ known: true, answer: undefined, exhausted: false });
    expect(duplicates.find(message(2))).toEqual({ known: false });
    duplicates.answer(message(9));
    expect(duplicates.find(message(1))).toEqual({ known: true, answer: message(9), exhausted: false });
  });

  it('keep each its own answer, and the oldest of four is forgotten', () => {
    const duplicates = new Duplicates(nativeProvider);
    for (const octet of [1, 2, 3, 4]) {
      duplicates.remember(message(octet));
      duplicates.answer(message(octet + 100));
    }
    expect(duplicates.find(message(1))).toEqual({ known: false });
    expect(duplicates.find(message(2))).toMatchObject({ answer: message(102) });
    expect(duplicates.find(message(4))).toMatchObject({ answer: message(104) });
  });

  it('do not change with the buffer that they came in', () => {
    const duplicates = new Duplicates(nativeProvider);
    const buffer = message(1);
    duplicates.remember(buffer);
    buffer.fill(0);
    expect(duplicates.find(message(1)).known).toBe(true);
  });

  it('are answered sixteen times and then no more', () => {
    const duplicates = new Duplicates(nativeProvider);
    duplicates.remember(message(1));
    duplicates.answer(message(9));
    const exhausted = Array.from({ length: 18 }, () => duplicates.find(message(1))).map(
      (found) => found.known && found.exhausted,
    );
    expect(exhausted.indexOf(true)).toBe(16);
  });
});
