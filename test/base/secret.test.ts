import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { utf8Bytes, utf8Text } from '../../src/base/bytes.ts';
import { Secret } from '../../src/base/secret.ts';

const text = 'correct horse battery staple';

describe('Secret', () => {
  it('gives its octets and their number only to who reveals it', () => {
    const secret = new Secret(utf8Bytes(text));
    expect(utf8Text(secret.reveal())).toBe(text);
    expect(secret.length).toBe(28);
  });
  it('is printed as [secret] by whatever prints it, alone or within something', () => {
    const secret = new Secret(utf8Bytes(text));
    const within = { psk: secret, list: [secret] };
    expect([String(secret), secret.toString()]).toEqual(['[secret]', '[secret]']);
    expect(JSON.stringify(within)).toBe('{"psk":"[secret]","list":["[secret]"]}');
    expect(inspect(within)).toBe('{ psk: [secret], list: [ [secret] ] }');
    expect(inspect(within, { showHidden: true, depth: null })).not.toMatch(/99|63|Uint8Array/);
    expect(format('%s %j %o %O', secret, secret, secret, secret)).toBe('[secret] "[secret]" [secret] [secret]');
  });
  it('has no property to copy or to list', () => {
    const secret = new Secret(utf8Bytes(text));
    expect(Object.assign({}, secret)).toEqual({});
    expect(Reflect.ownKeys(secret)).toEqual([]);
    expect(structuredClone(secret)).toEqual({});
  });
  it('is zero once it is wiped, in the array that it was made from too, because it took that over', () => {
    const bytes = utf8Bytes(text);
    const secret = new Secret(bytes);
    secret.wipe();
    expect(secret.reveal()).toEqual(new Uint8Array(28));
    expect(bytes).toEqual(new Uint8Array(28));
  });
  it('made from a Buffer gives copies by slice, so that a copy that is wiped leaves the secret', () => {
    const secret = new Secret(Buffer.from(text));
    secret.reveal().slice().fill(0);
    expect(utf8Text(secret.reveal())).toBe(text);
    expect(secret.reveal().constructor).toBe(Uint8Array);
  });
  it('made from a file that was read survives the use of copies, and its neighbours in the pool survive its end', () => {
    const folder = mkdtempSync(`${tmpdir()}/sallyport-secret-`);
    try {
      writeFileSync(`${folder}/psk`, text);
      const secret = new Secret(readFileSync(`${folder}/psk`));
      for (let use = 0; use < 2; use++) {
        const copy = secret.reveal().slice();
        expect(utf8Text(copy)).toBe(text);
        copy.fill(0);
      }
      const [one, other] = [Buffer.from('one'), Buffer.from('other')];
      new Secret(one).wipe();
      expect(other.toString()).toBe('other');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
