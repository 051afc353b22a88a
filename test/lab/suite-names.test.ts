import { expect, test } from 'vitest';
import { CELLS, agreed } from './cells.ts';
import { strongSwanProposals, toldByCharon } from './suite-names.ts';

test('a suite of phase 1 and a suite with PFS name three algorithms', () => {
  expect(toldByCharon('aes256-sha384-x25519')).toEqual({
    encryption: 'AES_CBC-256',
    integrity: 'HMAC_SHA2_384_192',
    group: 'CURVE_25519',
    esn: false,
  });
});

test('a combined cipher has no integrity algorithm, and no group without PFS', () => {
  expect(toldByCharon('aes128gcm16')).toEqual({
    encryption: 'AES_GCM_16-128',
    integrity: undefined,
    group: undefined,
    esn: false,
  });
  expect(toldByCharon('aes128gcm16-ecp256')).toEqual({
    encryption: 'AES_GCM_16-128',
    integrity: undefined,
    group: 'ECP_256',
    esn: false,
  });
});

test('every suite of the cells has names in strongSwan', () => {
  for (const cell of CELLS)
    for (const suite of Object.values(agreed(cell))) expect(toldByCharon(suite).encryption).not.toBe('');
});

test('refuses an algorithm that it does not know', () => {
  expect(() => toldByCharon('rot13-sha1')).toThrow('rot13');
});

test('strongSwan writes Curve25519 in its own way', () => {
  expect(strongSwanProposals(['aes128-sha256-x25519', 'aes128-sha1'])).toBe('aes128-sha256-curve25519, aes128-sha1');
});
