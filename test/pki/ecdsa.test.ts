import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { concat, fromHex } from '../../src/base/bytes.ts';
import { Secret } from '../../src/base/secret.ts';
import type { SignatureMethod } from '../../src/crypto/signatures.ts';
import { opensslSignatures, softwareSigner } from '../../src/pki/openssl-signatures.ts';
import { inProject } from '../project.ts';

const CURVES = {
  ecdsa256: {
    jwk: 'P-256',
    openssl: 'prime256v1',
    sha: 'sha256',
    order: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  },
  ecdsa384: { jwk: 'P-384', openssl: 'secp384r1', sha: 'sha384', order: undefined },
  ecdsa521: { jwk: 'P-521', openssl: 'secp521r1', sha: 'sha512', order: undefined },
} as const;
type Ecdsa = keyof typeof CURVES;
const METHODS = Object.keys(CURVES) as Ecdsa[];

function spki(method: Ecdsa, x: string, y: string): Uint8Array {
  const width = method === 'ecdsa521' ? 132 : 0;
  const base64 = (hex: string) => Buffer.from(fromHex(hex.padStart(width, '0'))).toString('base64url');
  const key = { kty: 'EC', crv: CURVES[method].jwk, x: base64(x), y: base64(y) };
  return new Uint8Array(createPublicKey({ key, format: 'jwk' }).export({ format: 'der', type: 'spki' }));
}
const digest = (method: Ecdsa, message: Uint8Array) =>
  new Uint8Array(createHash(CURVES[method].sha).update(message).digest());
const verified = (method: SignatureMethod, key: Uint8Array, hash: Uint8Array, signature: Uint8Array) =>
  opensslSignatures.verify(method, key, hash, signature);

/** The public keys and signatures of RFC 4754 §8.1 to §8.3, over the hash of "abc". */
const RFC_4754 = {
  ecdsa256: [
    '2442A5CC0ECD015FA3CA31DC8E2BBC70BF42D60CBCA20085E0822CB04235E970',
    '6FC98BD7E50211A4A27102FA3549DF79EBCB4BF246B80945CDDFE7D509BBFD7D',
    'CB28E0999B9C7715FD0A80D8E47A77079716CBBF917DD72E97566EA1C066957C86FA3BB4E26CAD5BF90B7F81899256CE7594BB1EA0C89212748BFF3B3D5B0315',
  ],
  ecdsa384: [
    '96281BF8DD5E0525CA049C048D345D3082968D10FEDF5C5ACA0C64E6465A97EA5CE10C9DFEC21797415710721F437922',
    '447688BA94708EB6E2E4D59F6AB6D7EDFF9301D249FE49C33096655F5D502FAD3D383B91C5E7EDAA2B714CC99D5743CA',
    'FB017B914E29149432D8BAC29A514640B46F53DDAB2C69948084E2930F1C8F7E08E07C9C63F2D21A07DCB56A6AF56EB3B263A1305E057F984D38726A1B46874109F417BCA112674C528262A40A629AF1CBB9F516CE0FA7D2FF630863A00E8B9F',
  ],
  ecdsa521: [
    '0151518F1AF0F563517EDD5485190DF95A4BF57B5CBA4CF2A9A3F6474725A35F7AFE0A6DDEB8BEDBCD6A197E592D40188901CECD650699C9B5E456AEA5ADD19052A8',
    '006F3B142EA1BFFF7E2837AD44C9E4FF6D2D34C73184BBAD90026DD5E6E85317D9DF45CAD7803C6C20035B2F3FF63AFF4E1BA64D1C077577DA3F4286C58F0AEAE643',
    '0154FD3836AF92D0DCA57DD5341D3053988534FDE8318FC6AAAAB68E2E6F4339B19F2F281A7E0B22C269D93CF8794A9278880ED7DBB8D9362CAEACEE544320552251017705A7030290D1CEB605A9A1BB03FF9CDD521E87A696EC926C8C10C8362DF4975367101F67D1CF9BCCBF2F3D239534FA509E70AAC851AE01AAC68D62F866472660',
  ],
} as const;

describe('an ECDSA signature of IKE', () => {
  it.each(METHODS)('%s is that of RFC 4754 §8', (method) => {
    const [x, y, signature] = RFC_4754[method];
    const hash = digest(method, Buffer.from('abc'));
    expect(verified(method, spki(method, x, y), hash, fromHex(signature))).toBe(true);
    expect(verified(method, spki(method, x, y), digest(method, Buffer.from('abd')), fromHex(signature))).toBe(false);
  });
  it.each([
    ['ecdsa256', 'ecdsa_secp256r1_sha256_p1363_test.json', 262],
    ['ecdsa384', 'ecdsa_secp384r1_sha384_p1363_test.json', 280],
  ] as const)('%s has the verdicts of Wycheproof', (method, file, count) => {
    const { testGroups } = JSON.parse(readFileSync(inProject(`vectors/wycheproof/${file}`), 'utf8')) as {
      testGroups: { publicKeyDer: string; tests: { tcId: number; msg: string; sig: string; result: string }[] }[];
    };
    const cases = testGroups.flatMap(({ publicKeyDer, tests }) => tests.map((test) => ({ publicKeyDer, ...test })));
    expect(cases).toHaveLength(count);
    const wrong = cases.filter(
      ({ publicKeyDer, msg, sig, result }) =>
        verified(method, fromHex(publicKeyDer), digest(method, fromHex(msg)), fromHex(sig)) !== (result === 'valid'),
    );
    expect(wrong).toEqual([]);
  });
  it.each([
    ['ecdsa256', '[P-256,SHA-256]'],
    ['ecdsa384', '[P-384,SHA-384]'],
    ['ecdsa521', '[P-521,SHA-512]'],
  ] as const)('%s has the verdicts of NIST', (method, heading) => {
    const text = readFileSync(inProject('vectors/nist-cavp/SigVer.rsp'), 'utf8');
    const section = text.slice(text.indexOf(heading)).split(/\n\s*\[/)[0] ?? '';
    const cases = section.split('\n\n').flatMap((part) => {
      const fields = Object.fromEntries([...part.matchAll(/^(\w+) = (.*)$/gm)].map(([, name, value]) => [name, value]));
      return fields['Msg'] === undefined ? [] : [fields as Record<'Msg' | 'Qx' | 'Qy' | 'R' | 'S' | 'Result', string>];
    });
    expect(cases).toHaveLength(15);
    const width = RFC_4754[method][2].length / 2;
    for (const { Msg, Qx, Qy, R, S, Result } of cases) {
      const signature = fromHex(R.padStart(width, '0') + S.padStart(width, '0'));
      expect([Msg, verified(method, spki(method, Qx, Qy), digest(method, fromHex(Msg)), signature)]).toEqual([
        Msg,
        Result.startsWith('P'),
      ]);
    }
  });
  it.each(METHODS)('%s that we make is one of the fixed length that node:crypto takes', async (method) => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: CURVES[method].openssl });
    const signer = softwareSigner(
      method,
      new Secret(new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }))),
    );
    const der = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
    for (let i = 0; i < 20; i += 1) {
      const message = Uint8Array.of(i);
      const signature = await signer.sign(digest(method, message));
      expect(signature).toHaveLength(RFC_4754[method][2].length / 2);
      expect(verify(CURVES[method].sha, message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
      expect(verified(method, der, digest(method, message), signature)).toBe(true);
      expect(verified(method, der, digest(method, message), signature.toReversed())).toBe(false);
    }
  });
  it('CVE-2013-2944 (strongSwan): does not verify where it is empty, all zero, of another length, or by a key of another curve or kind', () => {
    const [x, y, signature] = RFC_4754.ecdsa256;
    const key = spki('ecdsa256', x, y);
    const hash = digest('ecdsa256', Buffer.from('abc'));
    const good = fromHex(signature);
    const order = fromHex(CURVES.ecdsa256.order);
    for (const bad of [
      new Uint8Array(),
      new Uint8Array(64),
      concat(good.subarray(0, 32), new Uint8Array(32)),
      concat(new Uint8Array(32), good.subarray(32)),
      concat(order, order),
      good.subarray(0, 63),
      concat(good, Uint8Array.of(0)),
      concat(Uint8Array.of(0), good),
    ])
      expect(verified('ecdsa256', key, hash, bad)).toBe(false);
    expect(verified('ecdsa384', key, hash, new Uint8Array(96))).toBe(false);
    expect(verified('rsa', key, hash, good)).toBe(false);
    expect(verified('ecdsa256', new Uint8Array(20), hash, good)).toBe(false);
    const [x2, y2] = RFC_4754.ecdsa384;
    expect(verified('ecdsa256', spki('ecdsa384', x2, y2), hash, good)).toBe(false);
  });
  it('is not made with a key that is none, and says no octet of it', () => {
    const signing = () => softwareSigner('ecdsa256', new Secret(fromHex('deadbeef'))).sign(new Uint8Array(32));
    expect(signing).toThrow(expect.objectContaining({ code: 'INVALID_KEY_INFORMATION' }));
    expect(signing).not.toThrow(/deadbeef/);
  });
});
