import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { CryptoWatch, watchedCrypto } from '../../src/sim/watched-crypto.ts';

const filled = (octet: number, length = 16): Uint8Array => new Uint8Array(length).fill(octet);

describe('a watched provider', () => {
  it('does what the other does', () => {
    const watched = watchedCrypto(nativeProvider, new CryptoWatch());
    const [key, iv, text] = [filled(1), filled(2), filled(3, 32)];
    const ciphertext = watched.encryptCbc('aes128', key, iv, text);
    expect(ciphertext).toEqual(nativeProvider.encryptCbc('aes128', key, iv, text));
    expect(watched.decryptCbc('aes128', key, iv, ciphertext)).toEqual(text);
    expect(watched.hash('sha256', text)).toEqual(nativeProvider.hash('sha256', text));
    expect(watched.hmac('sha1', key, text)).toEqual(nativeProvider.hmac('sha1', key, text));
    const [mine, yours] = [filled(4, 32), filled(5, 32)];
    const publicValue = watched.publicValue('x25519', yours);
    expect(watched.agree('x25519', mine, publicValue)).toEqual(nativeProvider.agree('x25519', mine, publicValue));
    expect([watched.equal(key, filled(1)), watched.equal(key, iv)]).toEqual([true, false]);
  });

  it('tells of two messages under one key and IV, and not of one message twice', () => {
    const watch = new CryptoWatch();
    const watched = watchedCrypto(nativeProvider, watch);
    watched.encryptCbc('aes128', filled(1), filled(2), filled(3));
    watched.encryptCbc('aes128', filled(1), filled(2), filled(3));
    watched.encryptCbc('aes128', filled(1), filled(9), filled(4));
    watched.encryptCbc('aes128', filled(9), filled(2), filled(4));
    expect(watch.reused).toEqual([]);
    watched.encryptCbc('aes128', filled(1), filled(2), filled(4));
    expect(watch.reused).toEqual([`aes128 with IV ${toHex(filled(2))}`]);
  });

  it('keeps secrets when it is asked to', () => {
    const watch = new CryptoWatch();
    const watched = watchedCrypto(nativeProvider, watch);
    watched.hmac('sha256', filled(1), filled(2));
    watch.keepSecrets = true;
    watched.hmac('sha256', filled(3), filled(4));
    watched.encryptCbc('aes128', filled(5), filled(6), filled(7));
    watched.decryptCbc('aes128', filled(8), filled(6), filled(7));
    const publicValue = watched.publicValue('x25519', filled(9, 32));
    const gxy = watched.agree('x25519', filled(10, 32), publicValue);
    const kept = [filled(3), filled(5), filled(8), filled(9, 32), filled(10, 32), gxy].map(toHex);
    expect([...watch.secrets]).toEqual(kept);
  });
});
