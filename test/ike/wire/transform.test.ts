import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { basicAttribute } from '../../../src/ike/wire/attributes.ts';
import { readTransform, type Transform, writeTransform } from '../../../src/ike/wire/transform.ts';
import * as arbitrary from './arbitraries.ts';
import { assertRoundTrip } from './codec.ts';
import { refused } from './refused.ts';

/** Of the second message of the recorded Quick Mode: ESP with AES, 128 bits, HMAC-SHA, tunnel, 3600 seconds. */
const BODY = fromHex('010c0000 80060080 80050002 80040001 80010001 80020e10');
const VALUE: Transform = {
  number: 1,
  transformId: 12,
  attributes: [
    basicAttribute(6, 128),
    basicAttribute(5, 2),
    basicAttribute(4, 1),
    basicAttribute(1, 1),
    basicAttribute(2, 3600),
  ],
};

describe('Transform payload (RFC 2408 §3.6)', () => {
  test('reads a recorded transform and writes it back', () => {
    expect(readTransform(BODY)).toEqual(VALUE);
    expect(writeTransform(VALUE)).toEqual(BODY);
  });

  test('refuses to end in its fixed part or within an attribute', () => {
    const whats = [0, 1, 2, 3, 5, 6, 7].map(
      (length) => refused(() => readTransform(BODY.subarray(0, length))).details['what'],
    );
    expect(whats).toEqual([
      'Transform #',
      'Transform-Id',
      'RESERVED2',
      'RESERVED2',
      'Attribute Type',
      'Attribute Value',
      'Attribute Value',
    ]);
  });

  test('may have no attributes, and ignores RESERVED2', () => {
    expect(readTransform(fromHex('0503ffff'))).toEqual({ number: 5, transformId: 3, attributes: [] });
  });

  test('whatever can be said is read back as it was written', () => {
    assertRoundTrip(arbitrary.transform, writeTransform, readTransform);
  });
});
