import { requireIpAddress } from '../../src/base/address.ts';
import { fromHex, utf8Bytes } from '../../src/base/bytes.ts';
import { Secret } from '../../src/base/secret.ts';
import { writeCapture } from '../../src/capture/write-capture.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { type DecodedMessage, Decoder } from '../../src/decode/decoder.ts';
import type { KnownKeys, KnownSaKeys } from '../../src/decode/known-keys.ts';
import { readInProject } from '../project.ts';

interface Recording {
  readonly psk: string;
  readonly dh_private_pkcs8: string;
  readonly messages: readonly { readonly request: string; readonly response: string }[];
  readonly independently_derived: Readonly<Record<'gxy' | 'skeyid_e' | 'enc_key', string>> & {
    readonly decrypted: readonly { readonly payloads: readonly (readonly [number, string])[] }[];
  };
}

const { handshakes } = JSON.parse(readInProject('vectors/kdf/ikev1-recorded-handshakes.json')) as {
  readonly handshakes: { readonly testMainModePSKHandshake: Recording };
};
const recording = handshakes.testMainModePSKHandshake;
const derived = recording.independently_derived;

/** A Main Mode and a Quick Mode with a pre-shared key, AES-128, SHA-1, MODP-1024, as sent: 4 messages in clear, 5 encrypted. */
export const MESSAGES: readonly Uint8Array[] = recording.messages
  .flatMap(({ request, response }) => [request, response])
  .filter((text) => text !== '')
  .map(fromHex);

export const COOKIE = '59cedc5dcea558fe';

/** Type and body of each payload of the encrypted messages, computed by others. */
export const PLAINTEXTS = derived.decrypted.map(({ payloads }) => payloads);

/** Everything that is known of it. */
export const KNOWN = {
  psk: new Secret(utf8Bytes(recording.psk)),
  gxy: new Secret(fromHex(derived.gxy)),
  // It ends the PKCS#8 structure.
  privateValue: new Secret(fromHex(recording.dh_private_pkcs8).slice(-128)),
  skeyidE: new Secret(fromHex(derived.skeyid_e)),
  encryptionKey: new Secret(fromHex(derived.enc_key)),
} satisfies KnownSaKeys;

export function decoderWith(sa: KnownSaKeys, psks: readonly Secret[] = []): Decoder {
  const keys: KnownKeys = { psks, sas: new Map([[COOKIE, sa]]) };
  return new Decoder(nativeProvider, keys);
}

/** The messages one after the other, each in the frame of its place from 1. */
export const decodeAll = (decoder: Decoder, messages: readonly Uint8Array[] = MESSAGES): readonly DecodedMessage[] =>
  messages.map((message, i) => decoder.decode(message, i + 1));

/** The handshake as a capture of raw IP: between 10.0.3.1 and 10.0.3.10, a message each second. */
export function handshakeCapture(): Uint8Array {
  const [a, b] = ['10.0.3.1', '10.0.3.10'].map((address) => ({ address: requireIpAddress(address), port: 500 }));
  if (a === undefined || b === undefined) throw new Error('two ends');
  return writeCapture(
    MESSAGES.map((bytes, i) => {
      const [source, destination] = i % 2 === 0 ? [a, b] : [b, a];
      return { time: 1000 * i + 0.5, protocol: 'udp', source, destination, bytes };
    }),
  );
}
