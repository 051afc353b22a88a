import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../../src/base/bytes.ts';
import { Secret } from '../../../src/base/secret.ts';
import type { HashName } from '../../../src/crypto/hashes.ts';
import { nativeProvider } from '../../../src/crypto/native.ts';
import {
  deriveSkeyids,
  skeyidForPreSharedKey,
  skeyidForSignatures,
  type Skeyids,
} from '../../../src/ike/keys/skeyid.ts';
import { fixedBytes } from '../../crypto/fixed-values.ts';
import { field, parseRsp } from '../../crypto/rsp.ts';
import { readInProject } from '../../project.ts';
import { rubSessions } from './rub-sessions.ts';

const nist = parseRsp(readInProject('vectors/kdf/ikev1_psk.rsp'));

const hex = (keys: Skeyids): Record<string, string> => ({
  SKEYID: toHex(keys.skeyid.reveal()),
  SKEYID_d: toHex(keys.skeyidD.reveal()),
  SKEYID_a: toHex(keys.skeyidA.reveal()),
  SKEYID_e: toHex(keys.skeyidE.reveal()),
});

test.each<[string, HashName, number]>([
  ['SHA-1', 'sha1', 40],
  ['SHA-256', 'sha256', 60],
  ['SHA-384', 'sha384', 60],
  ['SHA-512', 'sha512', 60],
])('computes every case of NIST’s IKEv1 key derivation with %s (RFC 2409 §5)', (heading, hash, count) => {
  const cases = nist.filter((rsp) => rsp.headings.includes(heading));
  expect(cases.length).toBe(count);
  for (const rsp of cases) {
    const octets = (name: string): Uint8Array => fromHex(field(rsp, name));
    const psk = new Secret(octets('pre-shared-key'));
    const keys = deriveSkeyids({
      provider: nativeProvider,
      hash,
      skeyid: skeyidForPreSharedKey(nativeProvider, hash, psk, octets('Ni'), octets('Nr')),
      gxy: new Secret(octets('g^xy')),
      initiatorCookie: octets('CKY_I'),
      responderCookie: octets('CKY_R'),
    });
    const expected = Object.fromEntries(
      ['SKEYID', 'SKEYID_d', 'SKEYID_a', 'SKEYID_e'].map((name) => [name, field(rsp, name)]),
    );
    expect(hex(keys)).toEqual(expected);
  }
});

test('of NIST’s cases only those of SHA-224 are left out', () => {
  expect(nist.length).toBe(280);
  expect(nist.filter((rsp) => rsp.headings.includes('SHA-224')).length).toBe(60);
});

test.each(rubSessions)('computes the keys of the recorded session $name', (session) => {
  const keys = deriveSkeyids({
    provider: nativeProvider,
    hash: 'sha1',
    skeyid: skeyidForPreSharedKey(nativeProvider, 'sha1', session.psk, session.nonceBodyI, session.nonceBodyR),
    ...session,
  });
  expect(session.expected).toMatchObject(hex(keys));
});

test('with signatures SKEYID is keyed by the nonces and covers g^xy (RFC 2409 §5)', () => {
  const [ni, nr, gxy] = [fixedBytes('Ni', 16), fixedBytes('Nr', 20), fixedBytes('g^xy', 64)];
  const expected = createHmac('sha256', concat(ni, nr)).update(gxy).digest('hex');
  expect(toHex(skeyidForSignatures(nativeProvider, 'sha256', new Secret(gxy), ni, nr).reveal())).toBe(expected);
});

test('a leading zero octet of g^xy counts', () => {
  const given = rubSessions[0];
  if (given === undefined) throw new Error('vector missing');
  const derive = (gxy: Uint8Array): Skeyids =>
    deriveSkeyids({
      provider: nativeProvider,
      hash: 'sha1',
      skeyid: new Secret(new Uint8Array(20)),
      gxy: new Secret(gxy),
      initiatorCookie: given.initiatorCookie,
      responderCookie: given.responderCookie,
    });
  const gxy = given.gxy.reveal();
  expect(hex(derive(concat(Uint8Array.of(0), gxy)))['SKEYID_d']).not.toBe(hex(derive(gxy))['SKEYID_d']);
});

test('no key shows itself in text', () => {
  const keys = deriveSkeyids({
    provider: nativeProvider,
    hash: 'sha1',
    skeyid: new Secret(fixedBytes('SKEYID', 20)),
    gxy: new Secret(fixedBytes('g^xy', 32)),
    initiatorCookie: new Uint8Array(8),
    responderCookie: new Uint8Array(8),
  });
  const shown = '[secret]';
  expect(JSON.parse(JSON.stringify(keys))).toEqual({ skeyid: shown, skeyidD: shown, skeyidA: shown, skeyidE: shown });
});
