import { constants, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, utf8Bytes } from '../../src/base/bytes.ts';
import { DER_TAG, type DerElement, readDer, readOneDer, writeDer } from '../../src/base/der.ts';
import { IkeError } from '../../src/base/errors.ts';
import { parseIdentity } from '../../src/base/identity.ts';
import type { Trust } from '../../src/pki/trust.ts';
import { verifyPeer } from '../../src/pki/verify-peer.ts';
import { check, seconds } from './asked.ts';
import { asAuthority, authority, Extension, type Party } from './authority.ts';

const names = [{ type: 'dns', value: 'gw.example' }] as const;
const root = await authority();
const trust = { authorities: [root.certificate] };

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const digits = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url'));
const modulus = concat(Uint8Array.of(0), digits);
const INTEGER = 0x02;
const RSA_ENCRYPTION = fromHex('300d06092a864886f70d0101010500');
/** SubjectPublicKeyInfo of RSA with this modulus and exponent, both as the contents of INTEGER (RFC 8017 §A.1.1). */
const rsaKey = (n: Uint8Array, ...exponent: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const key = writeDer(DER_TAG.SEQUENCE, writeDer(INTEGER, n), ...exponent.map((octets) => writeDer(INTEGER, octets)));
  return new Uint8Array(writeDer(DER_TAG.SEQUENCE, RSA_ENCRYPTION, writeDer(0x03, Uint8Array.of(0), key)));
};

const general = (tag: number, value: Uint8Array): Uint8Array => writeDer(DER_TAG.SEQUENCE, writeDer(tag, value));
const constraints = (list: 'permitted' | 'excluded', tag: number, value: Uint8Array) =>
  new Extension(
    '2.5.29.30',
    true,
    new Uint8Array(writeDer(DER_TAG.SEQUENCE, writeDer(list === 'permitted' ? 0xa0 : 0xa1, general(tag, value)))),
  );
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;
/** So many of these, one in the other. */
const nested = (tag: number, depth: number): Uint8Array => {
  let inner: Uint8Array = new Uint8Array();
  for (let i = 0; i < depth; i++) inner = writeDer(tag, inner);
  return inner;
};
const [EMPTY, DEEP] = [1, 5000];
const rsaRoot = await authority({ subject: 'CN=RSA', key: 'rsa2048' });
const rsaLeaf = await rsaRoot.issue({ names });
/** The certificate with a signature that says to be RSASSA-PSS with these parameters (RFC 8017 §A.2.3). */
const pss = (parameters: Uint8Array): Uint8Array => {
  const algorithm = writeDer(DER_TAG.SEQUENCE, fromHex('06092a864886f70d01010a'), parameters);
  const elements = (der: Uint8Array) => readDer(readOneDer(der, DER_TAG.SEQUENCE));
  const again = (list: readonly DerElement[], at: number) =>
    list.map(({ tag, content }, i) => (i === at ? algorithm : writeDer(tag, content)));
  const [body] = elements(rsaLeaf.certificate.der);
  const tbs = writeDer(DER_TAG.SEQUENCE, ...again(readDer(body?.content ?? new Uint8Array()), 2));
  const key = createPrivateKey({ key: Buffer.from(rsaRoot.privateKey), format: 'der', type: 'pkcs8' });
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const signature = sign('sha256', tbs, { key, padding, saltLength: 32 });
  return writeDer(DER_TAG.SEQUENCE, tbs, algorithm, writeDer(0x03, Uint8Array.of(0), signature));
};
const HASH = fromHex('a00f300d06096086480165030402010500');
const MASK = fromHex('a11c301a06092a864886f70d010108300d06096086480165030402010500');
const salt = (octets: string) => writeDer(0xa2, writeDer(INTEGER, fromHex(octets)));

describe('known bugs of other implementations, by their numbers: certificates', () => {
  it.each([
    ['010001', 'accepted'],
    ['03', 'accepted'],
    ['00', 'weak-key'],
    ['01', 'weak-key'],
    ['02', 'weak-key'],
    ['010000', 'weak-key'],
    // OpenSSL reads the numbers of a key without their sign, and with zeros in front: 255, and 3.
    ['ff', 'weak-key'],
    ['ff0001', 'weak-key'],
    ['0003', 'weak-key'],
    ['', 'weak-key'],
    // FIPS 186-5 §A.1.1: the first is the last that is short enough.
    [`00${'ff'.repeat(32)}`, 'accepted'],
    [`01${'00'.repeat(31)}01`, 'weak-key'],
  ])('CVE-2026-14957 (libreswan): a key of RSA with the exponent %j is %s', async (exponent, expected) => {
    const leaf = await root.issue({ names, publicKey: rsaKey(modulus, fromHex(exponent)) });
    expect(check({ sent: [leaf], trust, method: 'rsa' })).toBe(expected);
    expect(check({ sent: [leaf], trust: { pinned: [leaf.certificate] }, method: 'rsa' })).toBe(expected);
  });

  it('CVE-2026-14957 (libreswan): no key is good without an exponent, or with a modulus that is none', async () => {
    const three = Uint8Array.of(3);
    const even = modulus.map((octet, i) => (i === modulus.length - 1 ? octet & 0xfe : octet));
    for (const n of [new Uint8Array(), Uint8Array.of(1), new Uint8Array(256), digits, even]) {
      const leaf = await root.issue({ names, publicKey: rsaKey(n, three) });
      expect(check({ sent: [leaf], trust, method: 'rsa' })).toBe('weak-key');
    }
    await expect(root.issue({ names, publicKey: rsaKey(modulus) })).rejects.toMatchObject({
      code: 'INVALID_CERTIFICATE',
      details: { check: 'unreadable' },
    });
  });

  it.each([
    ['excluded', 'example', 'name-constraints', DNS_NAME, utf8Bytes('example')],
    ['excluded', 'gw.example', 'name-constraints', DNS_NAME, utf8Bytes('gw.example')],
    ['excluded', 'other.example', 'accepted', DNS_NAME, utf8Bytes('other.example')],
    ['excluded', '192.0.2.0/24', 'name-constraints', IP_ADDRESS, fromHex('c0000200ffffff00')],
    ['excluded', '198.51.100.0/24', 'accepted', IP_ADDRESS, fromHex('c6336400ffffff00')],
    ['permitted', 'other.example', 'name-constraints', DNS_NAME, utf8Bytes('other.example')],
    ['permitted', 'example', 'accepted', DNS_NAME, utf8Bytes('example')],
  ] as const)(
    'CVE-2026-35331 (strongSwan): below an authority with %s names of %s a certificate is %s',
    async (list, _, expected, tag, value) => {
      const between = await root.issue({
        subject: 'CN=Between',
        extensions: [...asAuthority(), constraints(list, tag, value)],
      });
      const leaf = await between.issue({ names: [...names, { type: 'ip', value: '192.0.2.1' }] });
      for (const identity of ['@gw.example', '192.0.2.1'])
        expect(check({ identity, sent: [leaf, between], trust })).toBe(expected);
    },
  );

  it.each([
    ['subjectAltName', '2.5.29.17', ['unreadable', 'identity', 'unreadable', 'unreadable', 'unreadable']],
    [
      'cRLDistributionPoints',
      '2.5.29.31',
      ['issuer-unknown', 'unreadable', 'unreadable', 'issuer-unknown', 'unreadable'],
    ],
    [
      'nameConstraints',
      '2.5.29.30',
      ['issuer-unknown', 'issuer-unknown', 'issuer-unknown', 'issuer-unknown', 'issuer-unknown'],
    ],
    ['authorityKeyIdentifier', '2.5.29.35', ['unreadable', 'unreadable', 'unreadable', 'unreadable', 'unreadable']],
    ['policyConstraints', '2.5.29.36', ['policy', 'policy', 'policy', 'policy', 'policy']],
    [
      'authorityInfoAccess',
      '1.3.6.1.5.5.7.1.1',
      ['unreadable', 'unreadable', 'unreadable', 'unreadable', 'unreadable'],
    ],
  ])(
    'CVE-2017-9023 (strongSwan): choices in %s that are empty or deep are refused',
    async (extension, id, expected) => {
      const told = async (tag: number, depth: number): Promise<unknown> => {
        const value = new Uint8Array(writeDer(DER_TAG.SEQUENCE, nested(tag, depth)));
        const extensions = [new Extension(id, false, value)];
        try {
          const named = extension === 'subjectAltName' ? {} : { names };
          return check({ sent: [await root.issue({ ...named, extensions })], trust });
        } catch (error) {
          if (IkeError.is(error)) return error.details['check'];
          throw error;
        }
      };
      const directory = 0xa4;
      expect([
        await told(directory, EMPTY),
        await told(directory, 2),
        await told(directory, DEEP),
        await told(DER_TAG.SEQUENCE, EMPTY),
        await told(DER_TAG.SEQUENCE, DEEP),
      ]).toEqual(expected);
    },
  );

  it.each([
    ['all of them', 'accepted', writeDer(0x30, HASH, MASK, salt('20'))],
    ['no mask function', 'signature', writeDer(0x30, HASH, salt('20'))],
    ['no hash', 'signature', writeDer(0x30, MASK, salt('20'))],
    ['no salt length', 'signature', writeDer(0x30, HASH, MASK)],
    ['an empty mask function', 'unreadable', writeDer(0x30, HASH, fromHex('a1023000'), salt('20'))],
    ['none', 'signature', new Uint8Array()],
    ['salt 2^31 - 1', 'signature', writeDer(0x30, HASH, MASK, salt('7fffffff'))],
    ['salt 2^64', 'signature', writeDer(0x30, HASH, MASK, salt('010000000000000000'))],
    ['salt -1', 'signature', writeDer(0x30, HASH, MASK, salt('ff'))],
    ['salt 4096 octets long', 'signature', writeDer(0x30, HASH, MASK, salt('7f'.repeat(4096)))],
  ])(
    'CVE-2018-6459, CVE-2021-41990 (strongSwan): a certificate under RSASSA-PSS with parameters %s: %s',
    (_, expected, parameters) => {
      const certificates = [{ encoding: 4, data: pss(parameters) }];
      const claim = { identity: parseIdentity('@gw.example'), method: 'ecdsa256' as const, certificates };
      const trusted: Trust = {
        authorities: [rsaRoot.certificate],
        intermediates: [],
        pinned: [],
        revocation: { mode: 'off' },
        allow: [],
      };
      const answer = verifyPeer(claim, trusted, seconds('2026-01-01T00:00:00Z'));
      expect(answer.accepted ? 'accepted' : answer.refusal.check).toBe(expected);
    },
  );

  it('CVE-2022-40617 (strongSwan): nothing is fetched from where a certificate says that there is something', async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const url = `http://127.0.0.1:${port}/`;
    const uri = writeDer(0x86, utf8Bytes(url));
    const extension = (id: string, ...parts: readonly Uint8Array[]) =>
      new Extension(id, false, new Uint8Array(writeDer(0x30, writeDer(0x30, ...parts))));
    const extensions = [
      extension('2.5.29.31', writeDer(0xa0, writeDer(0xa0, uri))),
      extension('1.3.6.1.5.5.7.1.1', fromHex('06082b06010505073001'), uri),
    ];
    const stranger = await authority({ subject: 'CN=Stranger' });
    const revocation = { mode: 'hard', lists: [] } as const;
    const from = async (party: Party) =>
      check({ sent: [await party.issue({ names, extensions })], trust: { ...trust, revocation } });
    expect([await from(stranger), await from(root)]).toEqual(['issuer-unknown', 'crl-missing']);
    // Whoever had asked before us would have been counted before us.
    await fetch(url);
    expect(asked).toBe(1);
    server.close();
  });
});
