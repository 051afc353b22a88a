import { describe, expect, it } from 'vitest';
import { CIPHERS } from '../../../src/crypto/ciphers.ts';
import { ESP_CIPHERS, ESP_INTEGRITY } from '../../../src/crypto/esp-transforms.ts';
import { GROUPS } from '../../../src/crypto/groups.ts';
import { HASHES } from '../../../src/crypto/hashes.ts';
import {
  authenticationName,
  espCipherName,
  groupName,
  hashName,
  ikeCipherName,
  integrityName,
} from '../../../src/ike/negotiate/algorithm-names.ts';

describe('names of what we have ourselves', () => {
  it.each(Object.entries(CIPHERS))('calls the phase 1 cipher %s as the configuration does', (name, spec) => {
    expect(ikeCipherName(spec.ikeId, spec.keyLengthAttribute ? spec.keyBytes * 8 : undefined)).toBe(name);
  });
  it.each(Object.entries(ESP_CIPHERS))('calls the ESP cipher %s as the configuration does', (name, spec) => {
    expect(espCipherName(spec.transformId, spec.keyLengthAttribute ? spec.keyBytes * 8 : undefined)).toBe(name);
  });
  it('calls hashes, groups and integrity algorithms as the configuration does', () => {
    expect(Object.values(HASHES).map(({ ikeId }) => hashName(ikeId))).toEqual(Object.keys(HASHES));
    expect(Object.values(GROUPS).map(({ ikeId }) => groupName(ikeId))).toEqual(Object.keys(GROUPS));
    const integrity = Object.keys(ESP_INTEGRITY).filter((name) => name !== 'sha256_96');
    expect(Object.values(ESP_INTEGRITY).map(({ attributeValue }) => integrityName(attributeValue))).toEqual([
      ...integrity,
      'sha256',
    ]);
  });
});

describe('names of what a peer may offer', () => {
  const numbers = Array.from({ length: 65_536 }, (_, number) => number);
  it.each([
    ['hash', hashName],
    ['group', groupName],
    ['integrity', integrityName],
    ['authentication method', authenticationName],
    ['phase 1 cipher', (number: number) => ikeCipherName(number, undefined)],
    ['ESP cipher', (number: number) => espCipherName(number, undefined)],
    ['phase 1 cipher with a key length', (number: number) => ikeCipherName(number, 256)],
    ['ESP cipher with a key length', (number: number) => espCipherName(number, 256)],
    ['key length of AES', (number: number) => ikeCipherName(7, number)],
    ['key length of AES in GCM', (number: number) => espCipherName(20, number)],
  ])('has no two numbers of one name, because comparing names decides: %s', (_, name) => {
    expect(new Set(numbers.map(name)).size).toBe(numbers.length);
  });

  it.each([
    [ikeCipherName(1, undefined), 'des'],
    [ikeCipherName(7, undefined), 'aes without key length'],
    [ikeCipherName(7, 100), 'aes100'],
    [ikeCipherName(5, 192), '3des with key length 192'],
    [ikeCipherName(65_004, undefined), '65004'],
    [ikeCipherName(65_004, 128), '65004 with key length 128'],
    [espCipherName(11, undefined), 'null'],
    [espCipherName(20, undefined), 'aesgcm16 without key length'],
    [espCipherName(18, 128), 'aes128gcm8'],
    [authenticationName(65_001), 'XAUTH with pre-shared key (initiator)'],
    [authenticationName(77), '77'],
  ])('says %s', (said, name) => {
    expect(said).toBe(name);
  });
});
