import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fromHex, toHex, utf8Bytes } from '../../../src/base/bytes.ts';
import { Secret } from '../../../src/base/secret.ts';
import { nativeProvider } from '../../../src/crypto/native.ts';
import { encryptionKey } from '../../../src/ike/keys/encryption-key.ts';
import { phase1Iv } from '../../../src/ike/keys/iv.ts';
import { deriveSkeyids, skeyidForPreSharedKey } from '../../../src/ike/keys/skeyid.ts';

type Name =
  | ('psk' | 'cky_i' | 'cky_r' | 'ni' | 'nr' | 'gxi' | 'gxr' | 'gxy')
  | ('skeyid' | 'skeyid_d' | 'skeyid_a' | 'skeyid_e' | 'enc_key' | 'iv_phase1');

// Its licence is not stated, so it is read where it lies and not copied.
const folder = process.env['SALLYPORT_REFERENCE_VECTORS'];

test.skipIf(folder === undefined)('computes the keys that strongSwan logged for a Main Mode of its own', () => {
  const path = `${folder}/pcap/rub-strongswan/secrets.json`;
  const sessions = Object.values(
    JSON.parse(readFileSync(path, 'utf8')) as Record<string, Readonly<Record<Name, string>>>,
  );
  expect(sessions.length).toBe(1);
  for (const given of sessions) {
    const [ni, nr] = [fromHex(given.ni), fromHex(given.nr)];
    const keys = deriveSkeyids({
      provider: nativeProvider,
      hash: 'sha1',
      skeyid: skeyidForPreSharedKey(nativeProvider, 'sha1', new Secret(utf8Bytes(given.psk)), ni, nr),
      gxy: new Secret(fromHex(given.gxy)),
      initiatorCookie: fromHex(given.cky_i),
      responderCookie: fromHex(given.cky_r),
    });
    expect({
      skeyid: toHex(keys.skeyid.reveal()),
      skeyid_d: toHex(keys.skeyidD.reveal()),
      skeyid_a: toHex(keys.skeyidA.reveal()),
      skeyid_e: toHex(keys.skeyidE.reveal()),
      enc_key: toHex(encryptionKey(nativeProvider, 'sha1', 'aes128', keys.skeyidE).reveal()),
      iv: toHex(phase1Iv(nativeProvider, 'sha1', 'aes128', fromHex(given.gxi), fromHex(given.gxr))),
    }).toEqual({
      skeyid: given.skeyid,
      skeyid_d: given.skeyid_d,
      skeyid_a: given.skeyid_a,
      skeyid_e: given.skeyid_e,
      enc_key: given.enc_key,
      iv: given.iv_phase1,
    });
  }
});
