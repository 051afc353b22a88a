import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateEncrypt,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex } from '../../src/base/bytes.ts';
import { numberOf, octetsOf } from '../../src/crypto/octet-number.ts';
import { rsaSigner, verifyRsa } from '../../src/crypto/native-rsa.ts';
import { inProject } from '../project.ts';

interface Group {
  readonly sha: string;
  readonly privateKeyPkcs8: string;
  readonly tests: readonly { readonly tcId: number; readonly msg: string; readonly sig: string }[];
}
const groups = ['1024', '2048'].flatMap((bits) =>
  (
    JSON.parse(readFileSync(inProject(`vectors/wycheproof/rsa_pkcs1_${bits}_sig_gen_test.json`), 'utf8')) as {
      testGroups: Group[];
    }
  ).testGroups.map((group) => ({ bits, ...group })),
);
/** In front of the hash in a signature of PKCS #1, RFC 8017 §9.2 note 1; IKE leaves it out. */
const DIGEST_INFO: Readonly<Record<string, string>> = {
  'SHA-1': '3021300906052b0e03021a05000414',
  'SHA-256': '3031300d060960864801650304020105000420',
  'SHA-384': '3041300d060960864801650304020205000430',
  'SHA-512': '3051300d060960864801650304020305000440',
};

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent: 3 });
const spkiOf = (key: KeyObject) => new Uint8Array(key.export({ format: 'der', type: 'spki' }));
const spki = spkiOf(publicKey);
const pkcs8 = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
const hash = fromHex('00112233445566778899aabbccddeeff00112233');
/** A block of our making under the private key: what a forger would have to come by. */
const raw = (block: Uint8Array, key = privateKey) => privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block);

describe('an RSA signature of IKE', () => {
  it.each(groups)(
    'is that of Wycheproof over DigestInfo and hash, RSA-$bits with $sha',
    ({ sha, privateKeyPkcs8, tests }) => {
      const key = fromHex(privateKeyPkcs8);
      const pub = spkiOf(createPublicKey(createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' })));
      expect(tests.length).toBeGreaterThan(0);
      for (const { msg, sig } of tests) {
        const digest = createHash(sha.replace('-', '').toLowerCase()).update(fromHex(msg)).digest();
        const signed = concat(fromHex(DIGEST_INFO[sha] ?? ''), digest);
        expect(toHex(rsaSigner(key)(signed))).toBe(sig);
        expect(verifyRsa(pub, signed, fromHex(sig))).toBe(true);
        expect(verifyRsa(pub, digest, fromHex(sig))).toBe(false);
      }
    },
  );
  it('has the bare hash behind its padding, as RFC 2409 §5.1 demands', () => {
    const block = concat(fromHex('0001'), new Uint8Array(105).fill(0xff), fromHex('00'), hash);
    expect(toHex(rsaSigner(pkcs8)(hash))).toBe(toHex(raw(block)));
  });
  it('is refused with any octet changed, cut off or added', () => {
    const signature = rsaSigner(pkcs8)(hash);
    expect(verifyRsa(spki, hash, signature)).toBe(true);
    fc.assert(
      fc.property(fc.nat(127), fc.integer({ min: 1, max: 255 }), (at, by) => {
        expect(
          verifyRsa(
            spki,
            hash,
            signature.map((octet, i) => (i === at ? octet ^ by : octet)),
          ),
        ).toBe(false);
      }),
      { numRuns: 50 },
    );
    for (const length of [0, 1, 64, 127]) expect(verifyRsa(spki, hash, signature.subarray(0, length))).toBe(false);
    expect(verifyRsa(spki, hash, concat(signature, Uint8Array.of(0)))).toBe(false);
    expect(verifyRsa(spki, hash, concat(Uint8Array.of(0), signature))).toBe(false);
    expect(verifyRsa(spki, hash, new Uint8Array(128))).toBe(false);
    expect(verifyRsa(spki, hash, new Uint8Array(128).fill(0xff))).toBe(false);
    expect(
      verifyRsa(
        spki,
        hash.map((octet) => octet ^ 1),
        signature,
      ),
    ).toBe(false);
    expect(verifyRsa(spki, hash.subarray(1), signature)).toBe(false);
  });
  it('is looked at under the key that is there now, where somebody has written another one over it', () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent: 3 });
    const [key, signature] = [spki.slice(), rsaSigner(pkcs8)(hash)];
    expect(verifyRsa(key, hash, signature)).toBe(true);
    key.set(spkiOf(other.publicKey));
    expect(verifyRsa(key, hash, signature)).toBe(false);
    expect(verifyRsa(key, hash, raw(fromHex(`0001${'ff'.repeat(105)}00${toHex(hash)}`), other.privateKey))).toBe(true);
  });
  it.each([
    ['junk behind the hash', `0001${'ff'.repeat(8)}00${toHex(hash)}${'00'.repeat(97)}`],
    ['the hash with a DigestInfo', `0001${'ff'.repeat(90)}00${DIGEST_INFO['SHA-1']}${toHex(hash)}`],
    ['a block of type 2', `0002${'ff'.repeat(105)}00${toHex(hash)}`],
    ['a block of type 0', `0000${'00'.repeat(106)}${toHex(hash)}`],
    ['padding that is not all ones', `0001${'ff'.repeat(104)}fe00${toHex(hash)}`],
    ['no hash at all', `0001${'ff'.repeat(125)}00`],
    ['a hash cut short', `0001${'ff'.repeat(106)}00${toHex(hash.subarray(1))}`],
    ['no zero before the hash', `0001${'ff'.repeat(106)}${toHex(hash)}`],
  ])(
    'CVE-2018-16151, CVE-2018-16152 (strongSwan), CVE-2018-15836 (Openswan), CVE-2026-50721 (libreswan): does not verify where the block has %s',
    (_, block) => {
      expect(fromHex(block)).toHaveLength(128);
      expect(verifyRsa(spki, hash, raw(fromHex(block)))).toBe(false);
    },
  );
  it('CVE-2018-17540, CVE-2017-9022 (strongSwan): does not verify under a key that is none, is too short, or has an exponent that proves nothing', () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 512 });
    expect(verifyRsa(new Uint8Array(), hash, new Uint8Array(128))).toBe(false);
    expect(verifyRsa(fromHex('3003020100'), hash, new Uint8Array(128))).toBe(false);
    const block = concat(fromHex('0001'), new Uint8Array(41).fill(0xff), fromHex('00'), hash);
    expect(verifyRsa(spkiOf(short.publicKey), hash, raw(block, short.privateKey))).toBe(false);
    const one = spki.slice();
    one[one.length - 1] = 1;
    const itself = concat(fromHex('0001'), new Uint8Array(105).fill(0xff), fromHex('00'), hash);
    expect(verifyRsa(one, hash, itself)).toBe(false);
    const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey;
    expect(verifyRsa(spkiOf(ec), hash, new Uint8Array(64))).toBe(false);
  });
  it('CVE-2017-11185 (strongSwan): does not verify as a number that is the modulus or above it', () => {
    let added = 0;
    for (const { sha, privateKeyPkcs8, tests } of groups) {
      const key = createPublicKey(
        createPrivateKey({ key: Buffer.from(fromHex(privateKeyPkcs8)), format: 'der', type: 'pkcs8' }),
      );
      const modulus = Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url');
      const n = numberOf(modulus);
      for (const { msg, sig } of tests) {
        const digest = createHash(sha.replace('-', '').toLowerCase()).update(fromHex(msg)).digest();
        const signed = concat(fromHex(DIGEST_INFO[sha] ?? ''), digest);
        const verifies = (number: bigint) => verifyRsa(spkiOf(key), signed, octetsOf(number, modulus.length));
        const signature = numberOf(fromHex(sig));
        expect(verifies(signature)).toBe(true);
        for (const number of [n - 1n, n, n + 1n]) expect(verifies(number)).toBe(false);
        // The same number to whoever reckons modulo n; of as many octets where there is room.
        if ((signature + n) >> BigInt(8 * modulus.length) > 0n) continue;
        added += 1;
        expect(verifies(signature + n)).toBe(false);
      }
    }
    expect(added).toBeGreaterThan(0);
  });
});
