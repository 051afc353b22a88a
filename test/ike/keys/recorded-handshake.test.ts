import { beforeAll, describe, expect, test } from 'vitest';
import { fromHex, toHex, utf8Bytes } from '../../../src/base/bytes.ts';
import { Secret } from '../../../src/base/secret.ts';
import { nativeProvider } from '../../../src/crypto/native.ts';
import { CipherChain } from '../../../src/ike/keys/cipher-chain.ts';
import { encryptionKey } from '../../../src/ike/keys/encryption-key.ts';
import { phase1Iv, phase2Iv } from '../../../src/ike/keys/iv.ts';
import { hashI, hashR } from '../../../src/ike/keys/phase1-hash.ts';
import { hash1, hash2, hash3 } from '../../../src/ike/keys/quick-hash.ts';
import { deriveSkeyids, skeyidForPreSharedKey } from '../../../src/ike/keys/skeyid.ts';
import { type IsakmpMessage, readMessage, viewPayloads } from '../../../src/ike/wire/message.ts';
import { PAYLOAD } from '../../../src/ike/wire/numbers.ts';
import { readInProject } from '../../project.ts';

interface Recording {
  readonly psk: string;
  readonly dh_private_pkcs8: string;
  readonly messages: readonly { readonly request: string; readonly response: string }[];
  readonly independently_derived: Readonly<
    Record<'gxy' | 'skeyid' | 'skeyid_d' | 'skeyid_a' | 'skeyid_e' | 'enc_key' | 'iv', string>
  > & { readonly decrypted: readonly { readonly plaintext: string }[] };
}

const { handshakes } = JSON.parse(readInProject('vectors/kdf/ikev1-recorded-handshakes.json')) as {
  readonly handshakes: { readonly testMainModePSKHandshake: Recording };
};
const recording = handshakes.testMainModePSKHandshake;
const derived = recording.independently_derived;

const messages = recording.messages
  .flatMap(({ request, response }) => [request, response])
  .filter((text) => text !== '')
  .map((text) => readMessage(fromHex(text)));

/** The body of the first payload of a type. */
function bodyOf(type: number, first: number, bytes: Uint8Array): Uint8Array {
  const found = viewPayloads(first, bytes).payloads.find((payload) => payload.type === type);
  if (found === undefined) throw new Error(`no payload of type ${type}`);
  return found.body;
}

function message(index: number): IsakmpMessage {
  const found = messages[index];
  if (found === undefined) throw new Error(`no message ${index}`);
  return found;
}

const clear = (index: number, type: number): Uint8Array =>
  bodyOf(type, message(index).header.nextPayload, message(index).body);

/** What the hashes of Quick Mode call the rest: behind the HASH payload, before the padding. */
function afterHash(first: number, plaintext: Uint8Array): Uint8Array {
  const chain = viewPayloads(first, plaintext);
  return plaintext.subarray(4 + (chain.payloads[0]?.body.length ?? 0), plaintext.length - chain.rest.length);
}

// What the initiator knows: its private value ends the PKCS#8 structure, everything else it saw on the wire.
const privateValue = fromHex(recording.dh_private_pkcs8).slice(-128);
const { initiatorCookie } = message(0).header;
const { responderCookie } = message(1).header;
const saBodyI = clear(0, PAYLOAD.SA);
const [gxi, nonceBodyI] = [clear(2, PAYLOAD.KE), clear(2, PAYLOAD.NONCE)];
const [gxr, nonceBodyR] = [clear(3, PAYLOAD.KE), clear(3, PAYLOAD.NONCE)];

const gxy = new Secret(nativeProvider.agree('modp1024', privateValue, gxr));
const psk = new Secret(utf8Bytes(recording.psk));
const keys = deriveSkeyids({
  provider: nativeProvider,
  hash: 'sha1',
  skeyid: skeyidForPreSharedKey(nativeProvider, 'sha1', psk, nonceBodyI, nonceBodyR),
  gxy,
  initiatorCookie,
  responderCookie,
});
const key = encryptionKey(nativeProvider, 'sha1', 'aes128', keys.skeyidE);
const chainFrom = (iv: Uint8Array): CipherChain =>
  new CipherChain({ provider: nativeProvider, cipher: 'aes128', key, iv });

test('the initiator’s public value is that of its private value', () => {
  expect(nativeProvider.publicValue('modp1024', privateValue)).toEqual(gxi);
});

test('g^xy is right and keeps the zero octet that it begins with', () => {
  expect(toHex(gxy.reveal())).toBe(derived.gxy);
  expect(gxy.reveal()[0]).toBe(0);
});

test('the keys and the first IV are those derived independently', () => {
  expect({
    skeyid: toHex(keys.skeyid.reveal()),
    skeyid_d: toHex(keys.skeyidD.reveal()),
    skeyid_a: toHex(keys.skeyidA.reveal()),
    skeyid_e: toHex(keys.skeyidE.reveal()),
    enc_key: toHex(key.reveal()),
    iv: toHex(phase1Iv(nativeProvider, 'sha1', 'aes128', gxi, gxr)),
  }).toEqual({
    skeyid: derived.skeyid,
    skeyid_d: derived.skeyid_d,
    skeyid_a: derived.skeyid_a,
    skeyid_e: derived.skeyid_e,
    enc_key: derived.enc_key,
    iv: derived.iv,
  });
});

describe('the encrypted messages', () => {
  const plaintexts: Uint8Array[] = [];

  beforeAll(() => {
    let chain = chainFrom(phase1Iv(nativeProvider, 'sha1', 'aes128', gxi, gxr));
    for (const index of [4, 5, 6, 7, 8]) {
      const { header, body } = message(index);
      if (index === 6) chain = chainFrom(phase2Iv(nativeProvider, 'sha1', 'aes128', chain.iv, header.messageId));
      const { plaintext, next } = chain.decrypt(body);
      plaintexts.push(plaintext);
      chain = next;
    }
  });

  const plain = (index: number): Uint8Array => plaintexts[index - 4] ?? new Uint8Array();
  const encrypted = (index: number, type: number): Uint8Array =>
    bodyOf(type, message(index).header.nextPayload, plain(index));

  test('decrypt to what was decrypted independently, the IV passing from each to the next (RFC 2409 App. B)', () => {
    expect(plaintexts.map(toHex)).toEqual(derived.decrypted.map(({ plaintext }) => plaintext));
  });

  test('encrypt again to the same octets, the initiator’s padding having been zero', () => {
    const { header, body } = message(4);
    const payloads = plain(4).slice(0, plain(4).length - viewPayloads(header.nextPayload, plain(4)).rest.length);
    const chain = chainFrom(phase1Iv(nativeProvider, 'sha1', 'aes128', gxi, gxr));
    expect(chain.encrypt(payloads).ciphertext).toEqual(body);
  });

  test('hold HASH_I and HASH_R (RFC 2409 §5)', () => {
    const over = { gxi, gxr, initiatorCookie, responderCookie, saBodyI };
    const [idBodyI, idBodyR] = [encrypted(4, PAYLOAD.ID), encrypted(5, PAYLOAD.ID)];
    expect(hashI(nativeProvider, 'sha1', keys.skeyid, { ...over, idBodyI })).toEqual(encrypted(4, PAYLOAD.HASH));
    expect(hashR(nativeProvider, 'sha1', keys.skeyid, { ...over, idBodyR })).toEqual(encrypted(5, PAYLOAD.HASH));
  });

  test('hold HASH(1), HASH(2) and HASH(3) (RFC 2409 §5.5)', () => {
    const { messageId } = message(6).header;
    const rest = (index: number): Uint8Array => afterHash(message(index).header.nextPayload, plain(index));
    const [ni, nr] = [encrypted(6, PAYLOAD.NONCE), encrypted(7, PAYLOAD.NONCE)];
    const { skeyidA } = keys;
    expect(hash1(nativeProvider, 'sha1', skeyidA, messageId, rest(6))).toEqual(encrypted(6, PAYLOAD.HASH));
    expect(hash2(nativeProvider, 'sha1', skeyidA, messageId, ni, rest(7))).toEqual(encrypted(7, PAYLOAD.HASH));
    expect(hash3(nativeProvider, 'sha1', skeyidA, messageId, ni, nr)).toEqual(encrypted(8, PAYLOAD.HASH));
  });
});
