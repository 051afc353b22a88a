import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, toHex } from '../../../src/base/bytes.ts';
import { Secret } from '../../../src/base/secret.ts';
import type { EspSuite } from '../../../src/crypto/esp-transforms.ts';
import { HASHES, type HashName } from '../../../src/crypto/hashes.ts';
import { nativeProvider } from '../../../src/crypto/native.ts';
import { cutEspKeys, espKeymatBytes, keymat, type KeymatSource } from '../../../src/ike/keys/keymat.ts';
import { fixedBytes } from '../../crypto/fixed-values.ts';
import { refusal } from '../../crypto/refusal.ts';
import { slowKeymat } from './slow-keys.ts';

const HASH_NAMES = Object.keys(HASHES) as readonly HashName[];
const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

test('is K1 | K2 | … cut to length, with and without g(qm)^xy (RFC 2409 §5.5)', () => {
  const sources = fc.record({
    gxy: fc.option(octets(64)),
    protocolId: fc.constantFrom(2, 3),
    spi: octets(4),
    nonceBodyI: fc.uint8Array({ minLength: 8, maxLength: 40 }),
    nonceBodyR: fc.uint8Array({ minLength: 8, maxLength: 40 }),
  });
  fc.assert(
    fc.property(fc.constantFrom(...HASH_NAMES), sources, fc.integer({ min: 1, max: 160 }), (hash, source, bytes) => {
      const skeyidD = fixedBytes(`SKEYID_d ${hash}`, HASHES[hash].bytes);
      const gxy = source.gxy === null ? undefined : new Secret(source.gxy);
      const material = keymat(nativeProvider, hash, { ...source, skeyidD: new Secret(skeyidD), gxy }, bytes);
      const expected = {
        gxy: source.gxy === null ? '' : toHex(source.gxy),
        protocol: source.protocolId === 2 ? '02' : '03',
        spi: toHex(source.spi),
        ni: toHex(source.nonceBodyI),
        nr: toHex(source.nonceBodyR),
      };
      expect(toHex(material.reveal())).toBe(slowKeymat(hash, toHex(skeyidD), expected, bytes));
    }),
  );
});

test('the two directions of a pair have different keys, as their SPIs differ (RFC 2409 §5.5)', () => {
  const source = (spi: string): KeymatSource => ({
    skeyidD: new Secret(fixedBytes('SKEYID_d', 32)),
    protocolId: 3,
    spi: fixedBytes(spi, 4),
    nonceBodyI: fixedBytes('Ni', 16),
    nonceBodyR: fixedBytes('Nr', 16),
  });
  const [inbound, outbound] = [source('in'), source('out')].map((one) =>
    keymat(nativeProvider, 'sha256', one, 64).reveal(),
  );
  expect(inbound).not.toEqual(outbound);
});

describe.each<[string, EspSuite, number, number]>([
  ['aes128-sha1', { cipher: 'aes128', integrity: 'sha1' }, 16, 20],
  ['aes192-sha256', { cipher: 'aes192', integrity: 'sha256' }, 24, 32],
  ['aes256-sha256', { cipher: 'aes256', integrity: 'sha256' }, 32, 32],
  ['aes256-sha384', { cipher: 'aes256', integrity: 'sha384' }, 32, 48],
  ['aes256-sha512', { cipher: 'aes256', integrity: 'sha512' }, 32, 64],
  ['3des-sha1', { cipher: '3des', integrity: 'sha1' }, 24, 20],
  ['des-md5', { cipher: 'des', integrity: 'md5' }, 8, 16],
  ['null-sha256, integrity alone (RFC 2410 §3)', { cipher: 'null', integrity: 'sha256' }, 0, 32],
  ['aes256gcm8, with four octets of salt (RFC 4106 §8.1)', { cipher: 'aes256gcm8' }, 36, 0],
  ['aes128gcm16, with four octets of salt (RFC 4106 §8.1)', { cipher: 'aes128gcm16' }, 20, 0],
  ['aes192gcm16, with four octets of salt (RFC 4106 §8.1)', { cipher: 'aes192gcm16' }, 28, 0],
  ['aes256gcm16, with four octets of salt (RFC 4106 §8.1)', { cipher: 'aes256gcm16' }, 36, 0],
])('%s', (_, suite, encryption, integrity) => {
  const bytes = encryption + integrity;

  test('takes this much of KEYMAT: encryption first, then integrity', () => {
    expect(espKeymatBytes(suite)).toBe(bytes);
    const material = Uint8Array.from({ length: bytes }, (_, i) => i + 1);
    expect(cutEspKeys(suite, new Secret(material))).toEqual({
      encryption: material.slice(0, encryption),
      integrity: material.slice(encryption),
    });
  });

  test('is refused KEYMAT that is too short', () => {
    expect(refusal(() => cutEspKeys(suite, new Secret(new Uint8Array(bytes - 1))))).toEqual({
      code: 'INVALID_ARGUMENT',
      details: { what: 'KEYMAT', want: bytes, have: bytes - 1 },
    });
  });
});

test('the keys survive the wiping of KEYMAT', () => {
  const material = new Secret(fixedBytes('KEYMAT', 36));
  const keys = cutEspKeys({ cipher: 'aes128', integrity: 'sha1' }, material);
  material.wipe();
  expect(keys).toEqual({
    encryption: fixedBytes('KEYMAT', 36).slice(0, 16),
    integrity: fixedBytes('KEYMAT', 36).slice(16),
  });
});

test('a weak key of DES is refused, so that the next SA gets another (RFC 2405 §3)', () => {
  const material = new Secret(concat(new Uint8Array(8).fill(1), fixedBytes('KEYMAT', 16)));
  expect(refusal(() => cutEspKeys({ cipher: 'des', integrity: 'md5' }, material))).toEqual({
    code: 'WEAK_KEY',
    details: { cipher: 'des' },
  });
});
