import { describe, expect, test } from 'vitest';
import { utf8Bytes, utf8Text } from '../../src/base/bytes.ts';
import { Secret } from '../../src/base/secret.ts';
import { resolveSecret, type SecretSources } from '../../src/config/secrets.ts';
import type { SecretSource } from '../../src/config/leaves.ts';

function revealed(source: SecretSource, sources: SecretSources = {}): unknown {
  const reading = resolveSecret(source, sources);
  return reading.ok ? utf8Text(reading.value.reveal()) : reading.refusal;
}

const failing = (code: string) => () => {
  throw Object.assign(new Error('cannot open hunter2'), { code });
};

describe('a secret', () => {
  test('that stands in the configuration is itself', () => {
    expect(revealed(new Secret(utf8Bytes('s3cret')))).toBe('s3cret');
  });

  test('comes from the environment that was given, and from no other', () => {
    expect(revealed({ env: 'PSK' }, { env: { PSK: 'from env' } })).toBe('from env');
    expect(revealed({ env: 'PATH' }, { env: {} })).toEqual({
      code: 'SECRET_UNAVAILABLE',
      message: 'environment variable PATH is not set',
    });
    expect(revealed({ env: 'PATH' })).toEqual({
      code: 'SECRET_UNAVAILABLE',
      message:
        'environment variable PATH cannot be read: this configuration was parsed without access to the environment',
      hint: 'in a program: parseConfig(input, { env: process.env })',
    });
  });

  test.each([
    ['key', 'key'],
    ['key\n', 'key'],
    ['key\r\n', 'key'],
    ['key\n\n', 'key\n'],
    ['key\r', 'key\r'],
    [' key ', ' key '],
  ])('from a file with %j is %j: one line break at the end does not count', (content, expected) => {
    expect(revealed({ file: '/psk' }, { readFile: () => utf8Bytes(content) })).toBe(expected);
  });

  test.each([
    ['psk', '/etc/sallyport', '/etc/sallyport/psk'],
    ['psk', '/etc/sallyport/', '/etc/sallyport/psk'],
    ['/run/psk', '/etc/sallyport', '/run/psk'],
    ['psk', undefined, 'psk'],
  ])('in %j is looked for from %j at %j', (file, baseDirectory, expected) => {
    const asked: string[] = [];
    const readFile = (path: string): Uint8Array => {
      asked.push(path);
      return utf8Bytes('x');
    };
    revealed({ file }, { readFile, ...(baseDirectory === undefined ? {} : { baseDirectory }) });
    expect(asked).toEqual([expected]);
  });

  test.each([
    ['ENOENT', ': there is no such file'],
    ['EACCES', ': permission denied'],
    ['EISDIR', ': it is a directory'],
    ['EIO', ': EIO'],
  ])('in a file that gives %s is refused by its place alone', (code, reason) => {
    expect(revealed({ file: '/psk' }, { readFile: failing(code) })).toEqual({
      code: 'SECRET_UNAVAILABLE',
      message: `/psk cannot be read${reason}`,
    });
  });

  test('in a file is refused where there is no access to files', () => {
    expect(revealed({ file: '/psk' })).toEqual({
      code: 'SECRET_UNAVAILABLE',
      message: '/psk cannot be read: this configuration was parsed without access to files',
      hint: 'in a program: parseConfig(input, { readFile: readFileSync })',
    });
  });

  test('that is empty is none', () => {
    const readFile = () => utf8Bytes('\n');
    expect([
      revealed(new Secret(new Uint8Array())),
      revealed({ env: 'PSK' }, { env: { PSK: '' } }),
      revealed({ file: '/psk' }, { readFile }),
    ]).toEqual([
      { code: 'SECRET_UNAVAILABLE', message: 'the secret is empty' },
      { code: 'SECRET_UNAVAILABLE', message: 'environment variable PSK is empty' },
      { code: 'SECRET_UNAVAILABLE', message: '/psk is empty' },
    ]);
  });
});
