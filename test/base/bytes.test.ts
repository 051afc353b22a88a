import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  ByteReader,
  ByteWriter,
  concat,
  fromHex,
  hex32,
  isZero,
  plainBytes,
  sameBytes,
  toHex,
  u16At,
  u32Bytes,
  utf8Bytes,
  utf8Text,
  fromBase64,
} from '../../src/base/bytes.ts';

const octets = fc.uint8Array({ maxLength: 200 });

describe('ByteReader', () => {
  it('reads fields in network order, one after the other', () => {
    const r = new ByteReader(fromHex('ff 8001 fffffffe 0a0b 0c'));
    expect([r.u8('a'), r.u16('b'), r.u32('c')]).toEqual([0xff, 0x8001, 0xfffffffe]);
    expect({ offset: r.offset, remaining: r.remaining }).toEqual({ offset: 7, remaining: 3 });
    expect([r.bytes(2, 'd'), r.rest()]).toEqual([fromHex('0a0b'), fromHex('0c')]);
    r.end('all');
  });
  it('names the field, the need and what there is where it would run past the end, and reads nothing', () => {
    const r = new ByteReader(fromHex('010203'));
    expect(() => r.u32('SPI')).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_MALFORMED', details: { what: 'SPI', need: 4, have: 3 } }),
    );
    expect(r.offset).toBe(0);
    expect(r.u16('SPI')).toBe(0x0102);
  });
  it('refuses octets behind the last field', () => {
    const r = new ByteReader(fromHex('0102'));
    r.u8('a');
    expect(() => r.end('Delete')).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_MALFORMED', details: { what: 'Delete', trailing: 1 } }),
    );
  });
  it('reads only its own part of a larger buffer, and gives views of it', () => {
    const whole = fromHex('00000102030405');
    const r = new ByteReader(whole.subarray(2, 5));
    expect(r.u16('a')).toBe(0x0102);
    const view = r.rest();
    whole[4] = 0xee;
    expect(view).toEqual(fromHex('ee'));
  });
});

describe('ByteWriter', () => {
  it('writes what a reader reads, whatever the fields', () => {
    const field = fc.oneof(
      fc.record({ kind: fc.constant('u8' as const), value: fc.nat(0xff) }),
      fc.record({ kind: fc.constant('u16' as const), value: fc.nat(0xffff) }),
      fc.record({ kind: fc.constant('u32' as const), value: fc.nat(0xffffffff) }),
    );
    fc.assert(
      fc.property(fc.array(field, { maxLength: 100 }), octets, (fields, tail) => {
        const w = new ByteWriter();
        for (const { kind, value } of fields) w[kind](value);
        const bytes = w.bytes(tail).finish();
        expect(bytes.length).toBe(w.length);
        const r = new ByteReader(bytes);
        expect(fields.map(({ kind }) => r[kind]('field'))).toEqual(fields.map(({ value }) => value));
        expect(r.rest()).toEqual(tail);
      }),
    );
  });
  it('finishes with a copy: what is written later does not show in it', () => {
    const w = new ByteWriter().u8(1);
    const first = w.finish();
    first[0] = 9;
    expect(w.u8(2).finish()).toEqual(fromHex('0102'));
    expect(first).toEqual(fromHex('09'));
  });
});

describe('plainBytes', () => {
  it('is no Buffer, so that slice copies, and has the octets of a Buffer that is part of a pool', () => {
    const buffer = Buffer.from('a key that lies in a pool');
    const plain = plainBytes(buffer);
    expect(plain.constructor).toBe(Uint8Array);
    expect(toHex(plain)).toBe(buffer.toString('hex'));
    plain.slice().fill(0);
    expect(buffer.toString()).toBe('a key that lies in a pool');
  });
});

describe('octets', () => {
  it('are joined in order', () => {
    expect(concat()).toEqual(new Uint8Array());
    expect(concat(fromHex('01'), new Uint8Array(), fromHex('0203'))).toEqual(fromHex('010203'));
  });
  it('are the same only where all are', () => {
    expect(sameBytes(fromHex('0102'), Buffer.from([1, 2]))).toBe(true);
    expect(sameBytes(fromHex('0102'), fromHex('0103'))).toBe(false);
    expect(sameBytes(fromHex('0102'), fromHex('010200'))).toBe(false);
    expect(sameBytes(fromHex('010200'), fromHex('0102'))).toBe(false);
  });
  it('are zero only where each is', () => {
    expect([fromHex('0000'), fromHex('0001'), new Uint8Array()].map(isZero)).toEqual([true, false, true]);
  });
  it('read as a number of 16 bits count those that are not there as zero', () => {
    const bytes = Uint8Array.of(0x12, 0x34, 0x56);
    expect([u16At(bytes, 0), u16At(bytes, 1), u16At(bytes, 2), u16At(bytes, 3)]).toEqual([0x1234, 0x3456, 0x5600, 0]);
  });

  it('of a number of 32 bits are eight digits', () => {
    expect([hex32(0), hex32(0xabc), hex32(0xffff_ffff)]).toEqual(['00000000', '00000abc', 'ffffffff']);
  });

  it('survive hexadecimal text', () => {
    fc.assert(
      fc.property(octets, (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
  });
  it('come from hexadecimal text with colons, white space and either case', () => {
    expect(fromHex('0A:0b 0C\n0d')).toEqual(Uint8Array.of(10, 11, 12, 13));
  });
  it.each(['0', '0g', '0x01', 'é0'])('do not come from %j', (text) => {
    expect(() => fromHex(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
  it('of a number are four in network order', () => {
    expect([0, 1, 0x80000000, 0xffffffff].map((n) => toHex(u32Bytes(n)))).toEqual([
      '00000000',
      '00000001',
      '80000000',
      'ffffffff',
    ]);
  });
  it('of text are UTF-8, and what is not UTF-8 shows as U+FFFD', () => {
    expect(toHex(utf8Bytes('a€'))).toBe('61e282ac');
    expect(utf8Text(fromHex('61e282ac'))).toBe('a€');
    expect(utf8Text(fromHex('61ff62'))).toBe('a\uFFFDb');
  });
});

describe('base64', () => {
  it('gives the octets that were written, with padding or without, over any number of lines', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.boolean(), (octets, padded) => {
        const text = Buffer.from(octets).toString('base64');
        const shown = padded ? text.replaceAll(/(.{8})/g, '$1\r\n') : text.replaceAll('=', '');
        expect(fromBase64(shown)).toEqual(octets);
      }),
    );
  });
  it.each(['A', 'AAAAA', 'AA=A', 'A-==', 'AA===', 'ä'])('is not %s', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });
});

test('hexadecimal text of many octets is in one piece', () => {
  const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7) & 0xff);
  expect(toHex(bytes)).toHaveLength(10_000);
  expect(fromHex(toHex(bytes))).toEqual(bytes);
});

test.each([0, 1, 63, 64, 65, 200])('a writer gives %i octets, whatever it was made for', (length) => {
  const octets = Uint8Array.from({ length }, (_, i) => i);
  for (const capacity of [0, 64, length]) expect(new ByteWriter(capacity).bytes(octets).finish()).toEqual(octets);
});
