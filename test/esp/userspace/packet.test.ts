import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fromHex, toHex } from '../../../src/base/bytes.ts';
import { payloadEnd, writeTrailer } from '../../../src/esp/userspace/packet.ts';

describe('ESP trailer', () => {
  it('pads with 1, 2, 3, … to the block, then says how long and what (RFC 4303 §2.4)', () => {
    const bytes = new Uint8Array(16);
    expect(writeTrailer(bytes, 0, 3, 8, 4)).toBe(8);
    expect(toHex(bytes.subarray(0, 8))).toBe('0000000102030304');
  });
  it('adds no padding where the trailer fills the block', () => {
    const bytes = new Uint8Array(16);
    expect(writeTrailer(bytes, 0, 6, 8, 41)).toBe(8);
    expect(toHex(bytes.subarray(0, 8))).toBe('0000000000000029');
  });
  it('is found again behind a payload of any length', () => {
    const blocks = fc.constantFrom(4, 8, 16);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), blocks, fc.integer({ min: 0, max: 20 }), (payload, block, at) => {
        const bytes = new Uint8Array(at + payload.length + 32);
        bytes.set(payload, at);
        const end = writeTrailer(bytes, at, at + payload.length, block, 4);
        expect((end - at) % block).toBe(0);
        expect(payloadEnd(bytes, at, end)).toBe(at + payload.length);
        expect(bytes[end - 1]).toBe(4);
      }),
      { seed: 4303 },
    );
  });
  it.each([
    ['is longer than the packet', '0102030504'],
    ['does not count from 1', 'aa0203 02 04'],
    ['does not count on', 'aa0101 02 04'],
  ])('is refused where the padding %s (RFC 4303 §2.4)', (_what, hex) => {
    const bytes = fromHex(hex);
    expect(payloadEnd(bytes, 0, bytes.length)).toBe(-1);
  });
  it('may be all there is', () => {
    expect(payloadEnd(fromHex('010202 3b'), 0, 4)).toBe(0);
  });
});
