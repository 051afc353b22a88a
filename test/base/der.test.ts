import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { DER_TAG, readDer, readOid, readOneDer, writeDer } from '../../src/base/der.ts';

const malformed: unknown = expect.objectContaining({ code: 'PAYLOAD_MALFORMED' });

describe('an element of DER', () => {
  it.each([0, 1, 127, 128, 255, 256, 65_535, 65_536])(
    'of %i octets is written with the shortest length and read back',
    (length) => {
      const content = new Uint8Array(length).fill(7);
      const der = writeDer(DER_TAG.SEQUENCE, content);
      expect(der.length - length).toBe(length < 128 ? 2 : length < 256 ? 3 : length < 65_536 ? 4 : 5);
      expect(toHex(readOneDer(der, DER_TAG.SEQUENCE))).toBe(toHex(content));
    },
  );
  it.each(['30', '3001', '3080', '308400000000', '3081', '0500'])('is not %s', (hex) => {
    expect(() => readOneDer(fromHex(hex), DER_TAG.SEQUENCE)).toThrow(malformed);
  });
  it('may stand behind others', () => {
    expect(readDer(fromHex('0500020107'))).toEqual([
      { tag: 5, content: new Uint8Array() },
      { tag: 2, content: Uint8Array.of(7) },
    ]);
    expect(() => readOneDer(fromHex('30000500'), DER_TAG.SEQUENCE)).toThrow(malformed);
  });
  it('is read or refused, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (octets) => {
        try {
          readDer(octets);
        } catch (error) {
          expect(error).toEqual(malformed);
        }
      }),
    );
  });
});

describe('an object identifier', () => {
  it.each(['', '80', '5581', 'ff'.repeat(80)])('is not %j', (hex) => {
    expect(() => readOid(fromHex(hex))).toThrow(malformed);
  });
});
