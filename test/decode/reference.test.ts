import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex, utf8Bytes } from '../../src/base/bytes.ts';
import { Secret } from '../../src/base/secret.ts';
import { captured } from '../../src/capture/udp.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { type DecodedMessage, Decoder } from '../../src/decode/decoder.ts';
import type { KnownSaKeys } from '../../src/decode/known-keys.ts';
import { IkeError } from '../../src/base/errors.ts';
import { ikeOf } from '../ike/wire/recorded.ts';

/** Captures that may not lie in the project; vectors/README.md says why. */
const FOLDER = process.env['SALLYPORT_REFERENCE_VECTORS'];

const read = (path: string): Uint8Array => new Uint8Array(readFileSync(`${FOLDER}/pcap/${path}`));
const json = (path: string): unknown => JSON.parse(new TextDecoder().decode(read(path)));

/** The messages of some captures one after the other, as of one. */
function decodedWith(known: KnownSaKeys, ...paths: readonly string[]): readonly DecodedMessage[] {
  const messages = paths.flatMap((path) => captured(read(path)).flatMap((datagram) => ikeOf(datagram) ?? []));
  const cookie = toHex((messages[0] ?? new Uint8Array()).subarray(0, 8));
  const decoder = new Decoder(nativeProvider, { psks: [], sas: new Map([[cookie, known]]) });
  return messages.map((message, i) => decoder.decode(message, i + 1));
}

const names = ({ payloads }: DecodedMessage): string =>
  payloads.map(({ payload }) => (IkeError.is(payload) ? 'refused' : payload.name)).join(' ');

describe.skipIf(FOLDER === undefined)('captures from $SALLYPORT_REFERENCE_VECTORS', () => {
  test('strongSwan with itself: everything is verified with the pre-shared key and g^xy', () => {
    type Session = Readonly<Record<'psk' | 'gxy' | 'hash_i_from_log' | 'hash_r_from_log', string>>;
    const [session] = Object.values(json('rub-strongswan/secrets.json') as Record<string, Session>);
    if (session === undefined) throw new Error('no session');
    const known = { psk: new Secret(utf8Bytes(session.psk)), gxy: new Secret(fromHex(session.gxy)) };
    const decoded = decodedWith(known, 'rub-strongswan/ikev1-psk-main-mode-complete.pcapng').slice(4);
    expect(decoded.map(({ hash }) => `${hash?.kind} ${hash?.status}`)).toEqual(
      ['HASH_I', 'HASH_R', 'HASH(1)', 'HASH(2)', 'HASH(3)'].map((kind) => `${kind} verified`),
    );
    // charon's own log has the first two.
    const hashes = decoded.slice(0, 2).map(({ payloads }) => toHex(payloads[1]?.view.body ?? new Uint8Array()));
    expect(hashes).toEqual([session.hash_i_from_log, session.hash_r_from_log]);
  });

  test('Openswan with mocked keys and a mocked first IV: all but the message that starts from it', () => {
    type Seams = Readonly<Record<string, Readonly<Record<string, string>>>>;
    const seam = (json('openswan-unit/seam-secrets.json') as Seams)['tests/unit/libpluto/seam_gi_3des_md5.c'];
    const encryptionKey = new Secret(fromHex(seam?.['__tc102_results_enc_key'] ?? ''));
    const [initiator, responder] = ['lp109-v1rwnatQR1/v1rwnat', 'lp108-v1rwnatQI1/v1rwnat'];
    const files = [
      ...[`${initiator}M1`, `${responder}N1`, `${initiator}M2`, `${responder}N2`],
      ...[`${initiator}M3`, `${responder}N3`, `${initiator}QI1`],
    ];
    const decoded = decodedWith({ encryptionKey }, ...files.map((file) => `openswan-unit/libpluto/${file}.pcap`));
    expect(decoded.slice(4).map((each) => `${each.protection}: ${names(each)}`.trim())).toEqual([
      'encrypted:',
      'decrypted: identification signature',
      // Its public value has no octets: that was mocked too.
      'decrypted: hash sa nonce refused identification identification',
    ]);
  });
});
