import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex } from '../../src/base/bytes.ts';
import { IkeError } from '../../src/base/errors.ts';
import { readCapture } from '../../src/capture/capture-file.ts';
import { refused } from '../ike/wire/refused.ts';
import { numbers, pcapFile, pcapngBlock, pcapngInterface, pcapngSection } from './capture-files.ts';

const A = fromHex('aabbcc');
const B = fromHex('0102030405');

describe('readCapture: pcap', () => {
  test.each([
    ['little endian, microseconds', { linkType: 1 }],
    ['big endian, microseconds', { linkType: 1, little: false }],
    ['little endian, nanoseconds', { linkType: 1, nanoseconds: true }],
    ['big endian, nanoseconds', { linkType: 1, little: false, nanoseconds: true }],
  ])('reads the packets of a file: %s', (_, options) => {
    expect(readCapture(pcapFile(options, A, B))).toEqual([
      { number: 1, time: 1250, linkType: 1, bytes: A },
      { number: 2, time: 2250, linkType: 1, bytes: B },
    ]);
  });

  test('reads a file without packets', () => {
    expect(readCapture(pcapFile({ linkType: 101 }))).toEqual([]);
  });

  test('leaves out a last packet that the file cuts short', () => {
    const file = pcapFile({ linkType: 1 }, A, B);
    for (const cut of [1, 5, 6, 20]) expect(readCapture(file.subarray(0, file.length - cut))).toHaveLength(1);
  });

  test('reads a gzipped file', () => {
    expect(readCapture(new Uint8Array(gzipSync(pcapFile({ linkType: 113 }, A))))).toEqual([
      { number: 1, time: 1250, linkType: 113, bytes: A },
    ]);
  });
});

describe('readCapture: pcapng', () => {
  const enhanced = (little: boolean, id: number, high: number, low: number, packet: Uint8Array) => {
    const { u32 } = numbers(little);
    return pcapngBlock(little, 6, u32(id), u32(high), u32(low), u32(packet.length), u32(packet.length), packet);
  };

  test.each([true, false])(
    'reads packets of two interfaces and passes over other blocks; little endian: %j',
    (little) => {
      const { u16, u32 } = numbers(little);
      const nanoseconds = concat(u16(9), u16(1), Uint8Array.of(9, 0, 0, 0));
      const file = concat(
        pcapngSection(little),
        pcapngInterface(little, 1),
        pcapngInterface(little, 276, u16(2), u16(3), fromHex('61626300'), nanoseconds, u32(0)),
        pcapngBlock(little, 5, u32(0), u32(0), u32(0)),
        enhanced(little, 0, 0, 1_250_000, A),
        enhanced(little, 1, 1, 0, B),
      );
      expect(readCapture(file)).toEqual([
        { number: 1, time: 1250, linkType: 1, bytes: A },
        { number: 2, time: 2 ** 32 / 1e6, linkType: 276, bytes: B },
      ]);
    },
  );

  test('reads a packet of no octets', () => {
    const file = concat(pcapngSection(true), pcapngInterface(true, 1), enhanced(true, 0, 0, 0, new Uint8Array()));
    expect(readCapture(file)).toEqual([{ number: 1, time: 0, linkType: 1, bytes: new Uint8Array() }]);
  });

  test('reads time stamps in a power of two', () => {
    const { u16 } = numbers(true);
    const sixteenths = concat(u16(9), u16(1), Uint8Array.of(0x84, 0, 0, 0));
    const file = concat(pcapngSection(true), pcapngInterface(true, 1, sixteenths), enhanced(true, 0, 0, 24, A));
    expect(readCapture(file)[0]?.time).toBe(1500);
  });

  test('reads the older packet block and the simple one', () => {
    const { u16, u32 } = numbers(true);
    const old = pcapngBlock(true, 2, u16(0), u16(7), u32(0), u32(1_000_000), u32(3), u32(3), A);
    const simple = pcapngBlock(true, 3, u32(5), B);
    expect(readCapture(concat(pcapngSection(true), pcapngInterface(true, 1), old, simple))).toEqual([
      { number: 1, time: 1000, linkType: 1, bytes: A },
      { number: 2, time: 0, linkType: 1, bytes: B },
    ]);
  });

  test('forgets the interfaces where another section begins, of the other byte order', () => {
    const file = concat(
      pcapngSection(true),
      pcapngInterface(true, 1),
      pcapngSection(false),
      pcapngInterface(false, 101),
      enhanced(false, 0, 0, 0, A),
    );
    expect(readCapture(file)).toEqual([{ number: 1, time: 0, linkType: 101, bytes: A }]);
  });

  test.each([
    ['a packet of an interface that is not there', enhanced(true, 1, 0, 0, A), 'pcapng interface id'],
    [
      'a block length that is no multiple of four',
      concat(fromHex('05000000 0d000000'), new Uint8Array(8)),
      'pcapng block length',
    ],
    ['a block length of zero', concat(fromHex('05000000 00000000'), new Uint8Array(8)), 'pcapng block length'],
    ['a packet block without its fields', pcapngBlock(true, 6, new Uint8Array(16)), 'pcapng packet'],
    [
      'a packet that is longer than its block',
      pcapngBlock(true, 6, new Uint8Array(12), fromHex('09000000 09000000 aabb')),
      'pcapng captured length',
    ],
  ])('refuses %s', (_, block, what) => {
    const file = concat(pcapngSection(true), pcapngInterface(true, 1), block);
    expect(refused(() => readCapture(file))).toMatchObject({ code: 'CAPTURE_UNREADABLE', details: { what } });
  });
});

describe('readCapture refuses', () => {
  test.each([
    ['nothing', '', 'capture file'],
    ['text', '68656c6c6f20776f726c64', 'capture file'],
    ['a header that is cut', 'd4c3b2a102000400', 'pcap header'],
    ['what only begins like gzip', '1f8b0800', 'gzip'],
  ])('%s', (_, hex, what) => {
    expect(refused(() => readCapture(fromHex(hex)))).toMatchObject({ code: 'CAPTURE_UNREADABLE', details: { what } });
  });

  test('any octets with an IkeError or not at all', () => {
    const file = concat(pcapngSection(true), pcapngInterface(true, 1), pcapFile({ linkType: 1 }, A, B));
    const starts = fc.constantFrom(pcapngSection(true), pcapngSection(false), pcapFile({ linkType: 1 }), file);
    fc.assert(
      fc.property(starts, fc.uint8Array({ maxLength: 80 }), (start, rest) => {
        try {
          readCapture(concat(start, rest));
        } catch (error) {
          if (!IkeError.is(error)) throw error;
        }
      }),
      { seed: 2408, numRuns: 300 },
    );
  });
});
