import { describe, expect, test } from 'vitest';
import { KEYS_TRIED } from '../../src/config/check-keys-tried.ts';
import { issueText } from '../../src/config/config-error.ts';
import { checkConfig } from '../../src/config/parse.ts';
import { MAX_KEYS_TRIED } from '../../src/ike/exchange/main-mode-responder.ts';
import { connection, sample, sources } from './sample.ts';

function said(psks: readonly unknown[], ...connections: readonly unknown[]): string[] {
  const changes = { credentials: { psks }, ...(connections.length === 0 ? {} : { connections }) };
  const { errors, warnings } = checkConfig(sample(changes), sources);
  return [...errors, ...warnings].map((issue) => `${issue.code} ${issueText(issue)}`);
}

const PSK = { env: 'PSK' };

describe('keys and connections', () => {
  test('find each other', () => {
    expect(said([{ peers: ['@hq', '@plant-7'], secret: PSK }])).toEqual([]);
    expect(said([{ peers: ['198.51.100.1'], secret: PSK }])).toEqual([]);
    expect(said([{ peers: ['%any'], secret: PSK }])).toEqual([]);
  });

  test('a connection without a key is refused, and told what to add', () => {
    expect(said([{ peers: ['@plant-7', '@elsewhere'], secret: PSK }])).toEqual([
      'PSK_NOT_FOUND connections[0]: no pre-shared key belongs to connection hq; add to credentials.psks: { peers: ["@plant-7", "@hq"], secret: … }',
      'UNUSED_PSK credentials.psks[0]: this key belongs to no connection',
    ]);
    expect(said([], connection({ startup: 'wait', remote: { address: '%any' } }))).toEqual([
      'PSK_NOT_FOUND connections[0]: no pre-shared key belongs to connection hq; add to credentials.psks: { peers: ["@plant-7", "%any"], secret: … }',
    ]);
  });

  test('where a key is faulty itself, nobody is said to have none', () => {
    expect(said([{ peers: ['@hq', '#x'], secret: PSK }])).toEqual([
      'INVALID_IDENTITY credentials.psks[0].peers[1]: "#x" is no key id; behind # stand pairs of hexadecimal digits; write keyid:TEXT for the octets of a text',
    ]);
  });

  test('where a connection is faulty itself, no key is said to be unused', () => {
    expect(said([{ peers: ['@hq'], secret: PSK }], { ...connection(), startup: 'now' })).toEqual([
      'INVALID_VALUE connections[0].startup: "now" is not allowed here; known here: initiate, wait, on-demand',
    ]);
  });

  test('two keys that fit a named peer equally well are told, a closer one settles it', () => {
    const general = { peers: ['%any'], secret: { env: 'OTHER' } };
    const close = { peers: ['@hq', '@plant-7'], secret: PSK };
    expect(said([general, close])).toEqual([]);
    expect(said([close, close])).toEqual([
      'AMBIGUOUS_PSK connections[0]: credentials.psks[0] and credentials.psks[1] fit connection hq equally well; the first is used; name both sides in peers',
    ]);
  });

  test('a peer that may be anybody may have one of several keys', () => {
    const psks = [
      { peers: ['@plant-7', '@a'], secret: PSK },
      { peers: ['@plant-7', '@b'], secret: { env: 'OTHER' } },
    ];
    expect(said(psks, connection({ startup: 'wait', remote: { address: '%any' } }))).toEqual([]);
  });
});

describe('a key for a peer that may be anybody', () => {
  const anybody = connection({ startup: 'wait', remote: { address: '%any' } });
  const named = (count: number) => Array.from({ length: count }, (_, i) => ({ peers: [`@peer-${i}`], secret: PSK }));

  test('that comes after those that are tried in Main Mode is told, and in Aggressive Mode there is none', () => {
    expect(KEYS_TRIED).toBe(MAX_KEYS_TRIED);
    expect(said(named(16), anybody)).toEqual([]);
    expect(said(named(17), anybody)).toEqual([
      'PSK_NOT_TRIED credentials.psks[16]: in Main Mode 16 keys are tried on a peer from any address, and this one comes after them; give fewer peers remote.address "%any", or write exchange: aggressive, or use certificates',
    ]);
    expect(
      said(named(17), { ...anybody, phase1: { exchange: 'aggressive' } }).map((text) => text.slice(0, 14)),
    ).toEqual(['AGGRESSIVE_PSK']);
  });

  test('and is at one place, is found by its name; two of them are a guess where we begin in Main Mode', () => {
    const placed = (more: object) => connection({ remote: { address: '198.51.100.1', id: '%any' }, ...more });
    expect(said(named(1), placed({}))).toEqual([]);
    expect(said(named(2), placed({}))).toEqual([
      'AMBIGUOUS_PSK connections[0]: credentials.psks[0] and credentials.psks[1] fit connection hq equally well; the first is used where we begin; name both sides in peers',
    ]);
    expect(said(named(2), placed({ phase1: { exchange: 'aggressive' } }))).toHaveLength(1);
  });
});

describe('the key itself, which whoever listens can try to guess (CVE-2018-5389)', () => {
  const plain =
    'PLAIN_SECRET credentials.psks[0].secret: the secret stands in the configuration itself; keep it outside: secret: { env: NAME } or secret: { file: PATH }';
  const weak = (reason: string) =>
    `WEAK_SECRET credentials.psks[0].secret: ${reason}; generate one: openssl rand -base64 33`;

  test.each([
    ['1234567', [plain, weak('the pre-shared key is shorter than 8 octets and can be guessed')]],
    ['12345678', [plain]],
    ['aaabbbaaabbbaaa', [plain, weak('the pre-shared key repeats itself and can be guessed')]],
    ['', ['SECRET_UNAVAILABLE credentials.psks[0].secret: the secret is empty', plain]],
  ])('%j', (secret, expected) => {
    expect(said([{ peers: ['@hq'], secret }])).toEqual(expected);
  });
});
