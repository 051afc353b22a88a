import { describe, expect, it } from 'vitest';

import { fromHex, toHex } from '../../../src/base/bytes.ts';
import { ivSource } from '../../../src/esp/userspace/iv.ts';

const take = (source: ReturnType<typeof ivSource>, length: number, count: number): string[] =>
  Array.from({ length: count }, () => {
    const bytes = new Uint8Array(length + 2).fill(0xee);
    source(bytes, 1);
    expect([bytes[0], bytes.at(-1)]).toEqual([0xee, 0xee]);
    return toHex(bytes.subarray(1, -1));
  });

describe('ivSource', () => {
  it('counts for GCM from a random number, over 32 bits and over all (RFC 4106 §3.1)', () => {
    const numbers = ['ffffffff', 'fffffffe'].map(fromHex);
    const source = ivSource('aes128gcm16', { bytes: () => numbers.shift() ?? new Uint8Array(4) });
    expect(take(source, 8, 3)).toEqual(['ffffffffffffffff', '0000000000000000', '0000000000000001']);
  });
  it.each(['aes128ctr', 'aes256ccm16', 'aes128gmac'] as const)(
    'counts for %s too, whose key stream or ICV nothing may repeat (RFC 3686 §2.1, RFC 4309 §3.1, RFC 4543 §3.1)',
    (cipher) => {
      const source = ivSource(cipher, { bytes: () => Uint8Array.of(0, 0, 0, 7) });
      expect(take(source, 8, 2)).toEqual(['0000000700000008', '0000000700000009']);
    },
  );
  it.each([
    ['aes256', 16],
    ['3des', 8],
  ] as const)('gives %s the octets of the generator, each once (RFC 3602 §3)', (cipher, length) => {
    let drawn = 0;
    const source = ivSource(cipher, { bytes: (count) => Uint8Array.from({ length: count }, () => drawn++ & 0xff) });
    const ivs = take(source, length, 600);
    const expected = Array.from({ length: 600 * length }, (_, i) => (i % 4096) & 0xff);
    expect(ivs.join('')).toBe(toHex(Uint8Array.from(expected)));
  });
});
