import { describe, expect, test } from 'vitest';
import { CIPHERS, type CipherName } from '../../src/crypto/ciphers.ts';
import {
  ESP_CIPHERS,
  ESP_INTEGRITY,
  type EspCipherName,
  type EspIntegrityName,
} from '../../src/crypto/esp-transforms.ts';
import { GROUPS, type GroupName } from '../../src/crypto/groups.ts';
import { HASHES, type HashName } from '../../src/crypto/hashes.ts';
import { phase1SuiteText, phase2SuiteText } from '../../src/crypto/suites.ts';
import { mixedPfs, parsePhase1Proposal, parsePhase2Proposal } from '../../src/config/proposals.ts';

const CIPHER_NAMES = Object.keys(CIPHERS) as CipherName[];
const HASH_NAMES = Object.keys(HASHES) as HashName[];
const GROUP_NAMES = Object.keys(GROUPS) as GroupName[];
const ESP_CIPHER_NAMES = Object.keys(ESP_CIPHERS) as EspCipherName[];
const INTEGRITY_NAMES = Object.keys(ESP_INTEGRITY) as EspIntegrityName[];

const GROUP_LIST = `groups: ${GROUP_NAMES.join(', ')}`;
const HASH_LIST = `hashes: ${HASH_NAMES.join(', ')}`;
const PHASE1_LIST = `ciphers of phase 1: ${CIPHER_NAMES.join(', ')}`;
const PHASE2_LIST = `ciphers of phase 2: ${ESP_CIPHER_NAMES.join(', ')}`;
const INTEGRITY_LIST = `integrity algorithms: ${INTEGRITY_NAMES.join(', ')}`;
const SMALL_SUBGROUPS = 'it has small subgroups that give a private value away, and a prime of unknown origin';

const refused = (text: string, message: string, hint: string) => ({
  ok: false,
  refusal: { code: 'INVALID_PROPOSAL', message: `"${text}": ${message}`, hint },
});

describe('proposals of phase 1', () => {
  test('every combination of the tables is read back from its text', () => {
    const suites = CIPHER_NAMES.flatMap((cipher) =>
      HASH_NAMES.flatMap((hash) => GROUP_NAMES.map((group) => ({ cipher, hash, group }))),
    );
    expect(suites.map((suite) => parsePhase1Proposal(phase1SuiteText(suite)))).toEqual(
      suites.map((value) => ({ ok: true, value })),
    );
  });

  test('capitals and space around do not matter', () => {
    expect(parsePhase1Proposal(' AES256-SHA256-MODP2048 ')).toEqual({
      ok: true,
      value: { cipher: 'aes256', hash: 'sha256', group: 'modp2048' },
    });
  });

  test.each([
    ['aes512-sha256-modp2048', 'aes512 is no cipher', PHASE1_LIST],
    ['aes-sha256-modp2048', 'aes is no cipher', `did you mean aes128? ${PHASE1_LIST}`],
    ['des56-sha1-modp1024', 'des56 is no cipher', PHASE1_LIST],
    ['null-sha1-modp1024', 'null cannot protect phase 1, whose messages are encrypted in CBC mode', PHASE1_LIST],
    ['', 'names no cipher', PHASE1_LIST],
    ['constructor-sha1-modp1024', 'constructor is no cipher', PHASE1_LIST],
    [
      'aes128gcm16-sha256-modp2048',
      'aes128gcm16 cannot protect phase 1, whose messages are encrypted in CBC mode',
      PHASE1_LIST,
    ],
    ['aes256', 'names no hash', HASH_LIST],
    ['aes256-md4-modp2048', 'md4 is no hash', `did you mean md5? ${HASH_LIST}`],
    ['aes256-sha2_256-modp2048', 'sha2_256 is no hash', `did you mean sha256? ${HASH_LIST}`],
    ['aes256-modp2048', 'modp2048 is no hash', HASH_LIST],
    ['aes256-sha256', 'names no Diffie-Hellman group', GROUP_LIST],
    ['aes256-sha256-dh14', 'dh14 is no Diffie-Hellman group', `did you mean modp2048? ${GROUP_LIST}`],
    ['aes256-sha256-modp1024s160', `modp1024s160 is refused: ${SMALL_SUBGROUPS}`, GROUP_LIST],
    ['aes256-sha256-modp2048s224', `modp2048s224 is refused: ${SMALL_SUBGROUPS}`, GROUP_LIST],
    ['aes256-sha256-modp2048s256', `modp2048s256 is refused: ${SMALL_SUBGROUPS}`, GROUP_LIST],
    ['aes256-sha256-dh24', `dh24 is refused: ${SMALL_SUBGROUPS}`, GROUP_LIST],
    ['aes256-sha256-modp2048-x', 'has something behind the group', 'write it like aes256-sha256-modp2048'],
  ])('refuses %j', (text, message, hint) => {
    expect(parsePhase1Proposal(text)).toEqual(refused(text, message, hint));
  });
});

describe('proposals of phase 2', () => {
  test('every combination of the tables is read back from its text', () => {
    const suites = ESP_CIPHER_NAMES.flatMap((cipher) =>
      (ESP_CIPHERS[cipher].icvBytes > 0 ? [undefined] : INTEGRITY_NAMES).flatMap((integrity) =>
        [undefined, ...GROUP_NAMES].map((group) => ({
          cipher,
          ...(integrity === undefined ? {} : { integrity }),
          ...(group === undefined ? {} : { group }),
        })),
      ),
    );
    expect(suites.map((suite) => parsePhase2Proposal(phase2SuiteText(suite)))).toEqual(
      suites.map((value) => ({ ok: true, value })),
    );
  });

  test.each([
    ['blowfish-sha1', 'blowfish is no cipher', PHASE2_LIST],
    ['null', 'names no integrity algorithm', INTEGRITY_LIST],
    ['null-modp2048', 'modp2048 is no integrity algorithm', INTEGRITY_LIST],
    ['aes256gcm64', 'aes256gcm64 is no cipher', `did you mean aes256gcm8? ${PHASE2_LIST}`],
    ['aes256gcm8-sha256', 'aes256gcm8 authenticates by itself', 'leave sha256 out'],
    ['aes256-sha256-dh22', `dh22 is refused: ${SMALL_SUBGROUPS}`, GROUP_LIST],
    ['aes128gcm-modp2048', 'aes128gcm is no cipher', `did you mean aes128gcm16? ${PHASE2_LIST}`],
    ['aes128gcm16-sha256', 'aes128gcm16 authenticates by itself', 'leave sha256 out'],
    ['aes128gcm16-sha256-modp2048', 'aes128gcm16 authenticates by itself', 'leave sha256 out'],
    ['aes256', 'names no integrity algorithm', INTEGRITY_LIST],
    ['aes256-modp2048', 'modp2048 is no integrity algorithm', INTEGRITY_LIST],
    ['aes256-sha256-modp2049', 'modp2049 is no Diffie-Hellman group', `did you mean modp2048? ${GROUP_LIST}`],
    [
      'aes256-sha256-modp2048-x',
      'has something behind the group',
      'write it like aes256-sha256-modp2048 or aes128gcm16-modp2048',
    ],
    [
      'aes128gcm16-modp2048-x',
      'has something behind the group',
      'write it like aes256-sha256-modp2048 or aes128gcm16-modp2048',
    ],
  ])('refuses %j', (text, message, hint) => {
    expect(parsePhase2Proposal(text)).toEqual(refused(text, message, hint));
  });

  test('have sequence numbers of 64 bits where esn stands behind all', () => {
    const suites = [
      { cipher: 'aes256', integrity: 'sha256', esn: true },
      { cipher: 'aes128gcm16', group: 'modp2048', esn: true },
    ] as const;
    expect(suites.map(phase2SuiteText)).toEqual(['aes256-sha256-esn', 'aes128gcm16-modp2048-esn']);
    expect(suites.map((suite) => parsePhase2Proposal(phase2SuiteText(suite)))).toEqual(
      suites.map((value) => ({ ok: true, value })),
    );
    expect(parsePhase2Proposal('3des-sha1-esn')).toEqual(
      refused(
        '3des-sha1-esn',
        '3des is not for so many packets that their numbers need 64 bits',
        'leave esn out (RFC 4304 §4)',
      ),
    );
  });

  test('have one PFS group or none (RFC 2409 §5.5)', () => {
    const plain = { cipher: 'aes256', integrity: 'sha256' } as const;
    const pfs = { ...plain, group: 'modp2048' } as const;
    const other = { ...plain, group: 'ecp256' } as const;
    expect(mixedPfs([])).toBeUndefined();
    expect(mixedPfs([plain, plain])).toBeUndefined();
    expect(mixedPfs([pfs, pfs])).toBeUndefined();
    expect(mixedPfs([pfs, pfs, plain])).toEqual([pfs, plain]);
    expect(mixedPfs([pfs, other])).toEqual([pfs, other]);
  });
});
